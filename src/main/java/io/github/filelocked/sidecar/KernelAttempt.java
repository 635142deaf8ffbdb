package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.sidecar.kernel.KernelLock;
import io.github.filelocked.sidecar.kernel.OpenInodes;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One acquisition of a sidecar in the kernel: open, lock, verify. The caller has the JVM's claim. */
final class KernelAttempt {

    private final Sidecar sidecar;
    private final boolean shared;
    private volatile @Nullable LockHolder seen;

    KernelAttempt(Sidecar sidecar, LockMode mode) {
        this.sidecar = sidecar;
        this.shared = mode == LockMode.SHARED;
    }

    /** Who was seen to hold the sidecar when the attempt failed, or null. */
    @Nullable
    LockHolder seen() {
        return seen;
    }

    /**
     * Acquires the lock, or not.
     *
     * @param wait to be told who is waited for, or null for a single attempt
     * @return the lock on an open channel, or null if the deadline has passed; then nothing is open
     */
    @Nullable
    KernelLock acquire(Deadline deadline, @Nullable LongWait wait) throws IOException, InterruptedException {
        while (true) {
            Object inode = sidecar.identify();
            if (OpenInodes.add(inode, sidecar.path())) {
                FileLock lock = lockAndVerify(inode, deadline, wait);
                if (lock != null) {
                    return new KernelLock(lock, inode);
                }
            }
            if (wait == null || deadline.hasPassed()) {
                return null;
            }
            // What the kernel cannot wait for: it saw a deadlock where there is none, the sidecar was replaced, or this
            // JVM holds it under another path. The pause is random, so that two do not meet again.
            long pause = ThreadLocalRandom.current().nextLong(1_000_000, 5_000_000);
            TimeUnit.NANOSECONDS.sleep(Math.min(pause, deadline.remainingNanos()));
        }
    }

    private @Nullable FileLock lockAndVerify(Object inode, Deadline deadline, @Nullable LongWait wait)
            throws IOException, InterruptedException {
        FileChannel channel = null;
        FileLock verified = null;
        try {
            channel = sidecar.open();
            FileLock lock = tryLock(channel);
            if (lock == null && wait == null) {
                seen = HolderDiagnosis.of(channel, inode);
            } else if (lock == null && inode.equals(sidecar.identifyExisting())) {
                // A file that came in between is not waited for: the wait is time enough to put the first one back.
                lock = awaitLock(channel, inode, deadline, Objects.requireNonNull(wait));
            }
            if (lock != null && lock.isValid() && inode.equals(sidecar.identifyExisting())) {
                verified = lock;
            }
            return verified;
        } catch (NoSuchFileException deletedJustNow) {
            return null; // To be tried again, like one that was replaced; then it is created.
        } catch (OverlappingFileLockException foreign) {
            throw new LockRefusedException(
                    Reason.FOREIGN_LOCK,
                    "the sidecar " + sidecar.path() + " is locked in this JVM by code that is not"
                            + " this library: on a POSIX system neither lock can be relied on; leave it to one of them",
                    foreign);
        } finally {
            if (verified == null) {
                close(channel, inode);
            }
        }
    }

    private static void close(@Nullable FileChannel channel, Object inode) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            OpenInodes.remove(inode);
        }
    }

    private @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        if (!shared) {
            return channel.tryLock(KernelLock.LOCK, 1, false);
        }
        FileLock gate = channel.tryLock(KernelLock.GATE, 1, true);
        if (gate == null) {
            return null;
        }
        FileLock lock = channel.tryLock(KernelLock.LOCK, 1, true);
        gate.release();
        return lock;
    }

    /** Waits in the kernel. At the deadline the channel is closed, which ends the wait; nothing else in this JVM has it open. */
    private @Nullable FileLock awaitLock(FileChannel channel, Object inode, Deadline deadline, LongWait wait)
            throws IOException, InterruptedException {
        wait.isFor(() -> HolderDiagnosis.of(channel, inode));
        CompletableFuture<@Nullable Void> alarm = alarmAt(deadline, channel, inode);
        try {
            FileLock gate = channel.lock(KernelLock.GATE, 1, shared);
            FileLock lock = channel.lock(KernelLock.LOCK, 1, shared);
            gate.release();
            return alarm.complete(null) ? lock : null;
        } catch (ClosedByInterruptException | FileLockInterruptionException interrupted) {
            throw new InterruptedException();
        } catch (AsynchronousCloseException closedByAlarm) {
            return null;
        } catch (IOException failure) {
            if (!alarm.complete(null)) {
                return null;
            }
            rethrowUnlessSpurious(channel, failure);
            return null;
        } finally {
            alarm.complete(null);
            wait.isFor(() -> null); // From here on the channel is no waiter's, but perhaps a holder's.
        }
    }

    private CompletableFuture<@Nullable Void> alarmAt(Deadline deadline, FileChannel channel, Object inode) {
        CompletableFuture<@Nullable Void> alarm = new CompletableFuture<>();
        if (!deadline.isNever()) {
            CompletableFuture<?> unused = alarm.orTimeout(deadline.remainingNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((onTime, timeout) -> {
                        if (timeout != null) {
                            try {
                                seen = HolderDiagnosis.of(channel, inode);
                            } finally {
                                closeForAlarm(channel);
                            }
                        }
                    });
        }
        return alarm;
    }

    private static void closeForAlarm(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException reportedByTheWaiter) {
            // The waiter closes it as well, and is the one who can tell.
        }
    }

    /**
     * {@code EDEADLK} is contention: the kernel looks for circles of processes where only threads wait (Linux, {@code
     * fcntl(2)}, "Bugs"). The JDK gives the error's text in the user's language alone, so the question is put otherwise:
     * this error comes from waiting, so an attempt that does not wait does not have it.
     */
    private static void rethrowUnlessSpurious(FileChannel channel, IOException failure) throws IOException {
        try {
            channel.tryLock(KernelLock.LOCK, 1, false);
        } catch (IOException again) {
            failure.addSuppressed(again);
            throw failure;
        }
    }
}
