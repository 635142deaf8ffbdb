/**
 * The engine: locks on sidecar files, which hold over the threads and processes of one machine. It is no API; only the
 * root package uses it. It logs through {@link java.lang.System.Logger} under the name of this package.
 *
 * <p>An acquisition takes the claim in the JVM ({@code Claim}), opens the lock file ({@code Sidecar}), locks it in the
 * kernel ({@code KernelAttempt}), and verifies that the path still names the locked file. A release and every failure
 * go the same way backwards. Where the lock file lies is decided in {@code sidecar.place}; what waiters learn of a
 * holder is in {@code sidecar.diagnosis}; the lock itself is in {@code sidecar.kernel}.
 *
 * <p>The invariants. Names of tests cite them by their numbers.
 *
 * <ul>
 *   <li>I1 A resource has at most one exclusive holder, across processes, threads, instances, class loaders, path
 * spellings, aliases and locales.
 *   <li>I2 The claim in the JVM, by lock file <em>and</em> by inode, precedes the open; there is one table for each
 * JVM. The engine never closes a descriptor of a lock file that this JVM holds.
 *   <li>I3 Attempts are independent; a failed one leaves nothing behind.
 *   <li>I4 Opening never truncates, follows a link at the lock file, or blocks; only regular files are accepted.
 *   <li>I5 After locking, the path still names the locked inode; otherwise the attempt starts again within its
 * deadline.
 *   <li>I6 An attempt that gets no lock changes nothing.
 *   <li>I7 Any failure gives the claim back and strands no waiter.
 *   <li>I8 Closing twice is harmless.
 *   <li>I9 The body's exception wins.
 *   <li>I10 A timed wait uses its time, ends soon after it, and runs on the monotonic clock; zero means one attempt.
 *   <li>I11 An interrupt leaves nothing behind, and its flag set.
 *   <li>I12 A waiter uses no CPU to speak of.
 *   <li>I13 Locks are reentrant for a thread, through any instance and any alias. Shared to exclusive is rejected at
 * once.
 *   <li>I14 Different resources never wait for each other; the tables are empty when nothing is held or awaited.
 *   <li>I15 The lock file stays.
 *   <li>I16 The kernel frees the lock of a killed process; there is no lease, heartbeat or clock.
 *   <li>I17 A held lock keeps its channel reachable.
 *   <li>I18 {@code EDEADLK} is contention.
 *   <li>I19 Child processes neither inherit nor drop the lock.
 *   <li>I20 {@code path()} and {@code current()} throw after the release.
 *   <li>I21 The body never runs unlocked: a problem is rejected as early as it can be known.
 *   <li>I22 No wait of the engine can harm its JVM: it blocks no thread that the JDK shares (timer, common pool,
 * carriers), whatever the file system or the holder does. Virtual threads park, and a platform thread of the engine
 * waits for them.
 *   <li>I23 Diagnosis never costs the lock: a record that cannot be written, read or erased fails nothing.
 *   <li>I24 A loss is reported on proof only, and always where it can be proved.
 *   <li>I25 What is not a lock is not called one: denied locks are errors, not "busy"; file systems whose locks are
 * local to one host, or unknown, cause a warning or a rejection.
 *   <li>I26 Nothing of the engine keeps a class loader alive once it is idle.
 * </ul>
 */
@NullMarked
package io.github.filelocked.sidecar;

import org.jspecify.annotations.NullMarked;
