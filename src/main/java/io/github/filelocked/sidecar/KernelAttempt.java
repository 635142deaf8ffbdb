package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.diagnosis.HolderDiagnosis;
import io.github.filelocked.sidecar.kernel.JvmWide;
import io.github.filelocked.sidecar.kernel.KernelLock;
import io.github.filelocked.sidecar.place.Refusal;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition of a lock file in the kernel: open, lock, verify. The caller has this JVM's claim, and is a platform
 * thread, because a signal has to end its wait.
 */
final class KernelAttempt {

    /**
     * The time that a waiter stays at a shut gate before it tries the lock byte itself: the one before it may be
     * stopped.
     */
    private static final long GATE_STAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The number of looks without a pause at a file that is being replaced. */
    private static final int STALE_LOOKS = 100;

    /** Far more than a woken waiter takes to lock. */
    private static final Duration HAND_OVER = Duration.ofMillis(50);

    private static final long HAND_OVER_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long DENIAL_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * Channels on lock files that code of this JVM has locked by itself. Closing one would drop that foreign lock, so
     * they stay open, and serve the next attempt.
     */
    private static final ConcurrentMap<Object, FileChannel> KEPT_OPEN =
            JvmWide.table("io.github.filelocked.kept-open/1");

    /** The reason why one attempt ended without a lock. */
    private enum Miss {
        /** Another process holds the lock, and the caller does not wait, or has waited as long as it may. */
        BUSY,
        /** The file was deleted or replaced, or an interrupt that had been consumed before closed the channel. */
        STALE,
        /** The kernel saw a deadlock where there is none. */
        DEADLOCK,
        /** The gate stayed shut, or the lock byte was tried without it, for as long as that is done at a time. */
        STAY_OVER,
        /** This JVM has the file open under another path. */
        ALIAS
    }

    private final Sidecar sidecar;
    private final LockTarget target;
    private final boolean shared;
    private final Deadline deadline;
    private Miss miss = Miss.BUSY;
    private boolean throughGate = true;
    private @Nullable Claim alias;
    private volatile @Nullable LockHolder seen;
    private volatile @Nullable KernelWait current;
    private volatile boolean cancelled;

    /** The question of an attempt before it waits in the kernel. */
    interface Patience {

        /** Returns whether the caller is the one of this JVM that waits; false makes the attempt give up. */
        boolean mayWait();
    }

    KernelAttempt(Sidecar sidecar, LockTarget target, Deadline deadline) {
        this.sidecar = sidecar;
        this.target = target;
        this.shared = target.mode() == LockMode.SHARED;
        this.deadline = deadline;
    }

    /** Returns the holder that was seen when the attempt failed, or null. */
    @Nullable
    LockHolder seen() {
        return seen;
    }

    /** Returns the holder as its record says it now, while this attempt waits in the kernel. */
    @Nullable
    LockHolder awaitedHolder() {
        KernelWait wait = current;
        return wait == null ? null : wait.holder();
    }

    /**
     * Returns the claim of the same file under another path, if that is why the attempt failed; the caller leaves it.
     */
    @Nullable
    Claim takeAlias() {
        Claim found = alias;
        alias = null;
        return found;
    }

    /** Ends a wait in the kernel, and lets no other one begin. Returns at once. */
    void cancel() {
        cancelled = true;
        KernelWait wait = current;
        if (wait != null) {
            wait.cut();
        }
    }

    /**
     * Acquires the lock, or not.
     *
     * @param patience asked before a wait; null for a single attempt
     * @return the lock on an open channel, or null; then nothing is open
     */
    @Nullable
    KernelLock acquire(Claim claim, @Nullable Patience patience) throws IOException, InterruptedException {
        for (int looks = 1; ; looks++) {
            KernelLock lock = tryOnce(claim, patience);
            if (lock != null) {
                return lock;
            }
            boolean goesOn = switch (miss) {
                case BUSY, ALIAS -> false;
                case STALE, DEADLOCK -> patience == null ? looks < STALE_LOOKS : !isOver();
                case STAY_OVER -> !isOver();
            };
            if (!goesOn) {
                return null;
            }
            if (miss == Miss.STAY_OVER) {
                throughGate = !throughGate;
            } else if (miss == Miss.DEADLOCK || (patience != null && looks > STALE_LOOKS)) {
                pause();
            }
        }
    }

    private boolean isOver() {
        return cancelled || deadline.hasPassed();
    }

    /** Pauses for a random time, so that two processes that met do not meet again. */
    private void pause() throws InterruptedException {
        long nanos = ThreadLocalRandom.current().nextLong(1_000_000, 5_000_000);
        TimeUnit.NANOSECONDS.sleep(Math.min(nanos, deadline.remainingNanos()));
    }

    private @Nullable KernelLock tryOnce(Claim claim, @Nullable Patience patience)
            throws IOException, InterruptedException {
        Object inode = sidecar.identifyOrCreate();
        if (inode == null) { // Deleted just now, maybe with its directory.
            miss = Miss.STALE;
            return null;
        }
        Claim other = claim.claimInode(inode);
        if (other != null) {
            alias = sameFile(other);
            miss = Miss.ALIAS;
            return null;
        }
        return lockAndVerify(claim, inode, patience);
    }

    /** Accepts a claim of the same file, and rejects one of another file that a hard link has joined with it. */
    private Claim sameFile(Claim other) throws IOException {
        boolean isSame = false;
        try {
            isSame = isSameFile(other);
        } finally {
            if (!isSame) {
                other.leave();
            }
        }
        if (!isSame) {
            throw new LockRefusedException(
                    Reason.HARD_LINKED,
                    "the lock files " + sidecar.path() + " and " + other.lockFile()
                            + " are one file, joined by a hard link (a deduplicating tool does that), so their"
                            + " resources would"
                            + " wait for each other; delete one of the two while neither is in use");
        }
        return other;
    }

    /**
     * Returns whether another claim is of the same file: bind mounts give one file several paths, while hard links join
     * two lock files, and with them two resources.
     */
    boolean isSameFile(Claim other) throws IOException {
        Path theirs = other.lockFile();
        return sidecar.path().getFileName().equals(theirs.getFileName())
                && directoryKey(sidecar.path()).equals(directoryKey(theirs));
    }

    private static Object directoryKey(Path lockFile) throws IOException {
        Path directory = Objects.requireNonNull(lockFile.getParent());
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return key != null ? key : directory;
    }

    private @Nullable KernelLock lockAndVerify(Claim claim, Object inode, @Nullable Patience patience)
            throws IOException, InterruptedException {
        FileChannel channel = null;
        FileLock lock = null;
        KernelLock verified = null;
        try {
            channel = open(inode);
            lock = tryLock(channel, patience == null);
            if (lock == null) {
                lock = patience == null ? refusedOrBusy(channel, inode) : await(channel, inode, patience);
            }
            if (lock != null && lock.isValid() && inode.equals(sidecar.identifyExisting())) {
                verified = new KernelLock(lock, inode);
            } else if (lock != null) {
                miss = Miss.STALE;
            }
        } catch (NoSuchFileException deletedJustNow) {
            miss = Miss.STALE; // The next look creates it.
        } catch (OverlappingFileLockException foreign) {
            keepOpen(inode, Objects.requireNonNull(channel));
            channel = null;
            throw new LockRefusedException(
                    Reason.FOREIGN_LOCK,
                    "the lock file " + sidecar.path()
                            + " is locked in this JVM by code that is not this library: on a POSIX"
                            + " system neither lock can be relied on; leave it to one of them",
                    foreign);
        } catch (ClosedChannelException | FileLockInterruptionException closed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // The JDK sets a thread's interrupt flag before it closes the channel that the thread blocks on, so an
            // interrupt
            // that was consumed already may close the next channel.
            miss = Miss.STALE;
        } finally {
            if (verified == null) {
                close(claim, inode, channel, lock);
            }
        }
        return verified;
    }

    /** Keeps a channel open for good, because its close would drop a lock of other code in this JVM. */
    static void keepOpen(Object inode, FileChannel channel) {
        KEPT_OPEN.put(inode, channel);
    }

    private FileChannel open(Object inode) throws IOException {
        FileChannel kept = KEPT_OPEN.remove(inode);
        return kept != null && kept.isOpen() ? kept : sidecar.open();
    }

    private static void close(Claim claim, Object inode, @Nullable FileChannel channel, @Nullable FileLock lock)
            throws IOException {
        try {
            if (channel != null) {
                KernelLock.close(channel, lock);
            }
        } finally {
            claim.unclaimInode(inode);
        }
    }

    private @Nullable FileLock tryLock(FileChannel channel, boolean single) throws IOException {
        if (!shared) {
            return channel.tryLock(KernelLock.LOCK, 1, false);
        }
        FileLock gate = channel.tryLock(KernelLock.GATE, 1, true);
        if (gate == null && single && isLeftFreeBehindGate(channel)) {
            return channel.tryLock(KernelLock.LOCK, 1, true);
        }
        if (gate == null) {
            return null;
        }
        FileLock lock = channel.tryLock(KernelLock.LOCK, 1, true);
        gate.release();
        return lock;
    }

    /**
     * Returns whether the gate is shut although the lock is free, for longer than a hand-over takes: then the waiter
     * at the gate is stopped. A shared holder may pass such a gate. Behind other shared holders it may not, or a chain
     * of them would not end.
     */
    private static boolean isLeftFreeBehindGate(FileChannel channel) throws IOException {
        Deadline handOver = Deadline.in(HAND_OVER);
        while (!handOver.hasPassed()) {
            FileLock exclusive = channel.tryLock(KernelLock.LOCK, 1, false);
            if (exclusive == null) {
                return false;
            }
            exclusive.release();
            LockSupport.parkNanos(HAND_OVER_LOOK_NANOS);
        }
        return true;
    }

    /** Ends a single attempt that got no lock. */
    private @Nullable FileLock refusedOrBusy(FileChannel channel, Object inode) throws IOException {
        seen = HolderDiagnosis.of(channel, inode);
        refuseIfDenied(channel, inode);
        miss = Miss.BUSY;
        return null;
    }

    /** Tells a denied lock from a busy one; see {@link KernelLock#isDenied}. May leave the channel closed. */
    private void refuseIfDenied(FileChannel channel, Object inode) throws IOException {
        long unusedByte = KernelLock.GATE + ThreadLocalRandom.current().nextLong(1, KernelLock.GATE);
        if (!KernelLock.isDenied(channel, unusedByte, shared)) {
            return;
        }
        KernelWait probe = new KernelWait(channel, inode);
        ScheduledFuture<?> timer = probe.cutAfter(DENIAL_PROBE_NANOS);
        try {
            channel.lock(unusedByte, 1, shared).release();
        } catch (ClosedChannelException | FileLockInterruptionException closed) {
            if (!probe.isCut()) {
                throw closed;
            } // A program has locked the whole file, so the call waited: the lock is busy.
        } catch (IOException denied) {
            throw Refusal.locksNotPermitted(target, sidecar.path(), sidecar.option("lockDirectory"));
        } finally {
            timer.cancel(false);
            probe.end();
        }
    }

    /** Waits in the kernel, if this caller is the one of its JVM that does. */
    private @Nullable FileLock await(FileChannel channel, Object inode, Patience patience)
            throws IOException, InterruptedException {
        if (!inode.equals(sidecar.identifyExisting())) {
            miss = Miss.STALE; // A file that was replaced is not waited for: a wait is time enough to put it back.
            return null;
        }
        miss = Miss.BUSY;
        if (isOver() || !patience.mayWait()) {
            return null;
        }
        KernelWait wait = new KernelWait(channel, inode);
        current = wait;
        if (cancelled) {
            wait.cut();
        }
        try {
            FileLock lock = throughGate ? lockThroughGate(channel, wait) : lockWithoutGate(channel, wait);
            if (wait.end()) {
                miss = Miss.STALE; // If another one took the lock in between.
                return lock;
            }
        } catch (IOException failure) {
            if (wait.end()) {
                refuseUnlessDeadlock(channel, inode, failure);
                seen = HolderDiagnosis.of(channel, inode); // The time may be over after the pause.
                miss = Miss.DEADLOCK;
                return null;
            }
        } finally {
            current = null;
            boolean unused = wait.end();
        }
        seen = wait.seen();
        miss = isOver() ? Miss.BUSY : Miss.STAY_OVER;
        return null;
    }

    /** Waits behind the gate for the lock, so that newcomers do not overtake. */
    private FileLock lockThroughGate(FileChannel channel, KernelWait wait) throws IOException {
        FileLock gate = channel.tryLock(KernelLock.GATE, 1, shared);
        if (gate == null) {
            ScheduledFuture<?> stay = wait.cutAfter(stayNanos());
            try {
                gate = channel.lock(KernelLock.GATE, 1, shared);
            } finally {
                stay.cancel(false);
            }
        }
        ScheduledFuture<?> alarm = deadline.isNever() ? null : wait.cutAfter(deadline.remainingNanos());
        try {
            FileLock lock = channel.lock(KernelLock.LOCK, 1, shared);
            gate.release();
            return lock;
        } finally {
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    /**
     * Waits for the lock without the gate, whose waiter may be stopped. A shared waiter waits until no process holds
     * the lock, and takes it then, because it may not pass an exclusive waiter while other shared holders hold.
     */
    private @Nullable FileLock lockWithoutGate(FileChannel channel, KernelWait wait) throws IOException {
        ScheduledFuture<?> stay = wait.cutAfter(stayNanos());
        try {
            FileLock exclusive = channel.lock(KernelLock.LOCK, 1, false);
            if (!shared) {
                return exclusive;
            }
            exclusive.release();
            return channel.tryLock(KernelLock.LOCK, 1, true);
        } finally {
            stay.cancel(false);
        }
    }

    /** Returns the time of a stay; a short wait stays for half of its time, so that it tries both ways. */
    private long stayNanos() {
        return deadline.isNever()
                ? GATE_STAY_NANOS
                : Math.min(throughGate ? deadline.remainingNanos() / 2 : deadline.remainingNanos(), GATE_STAY_NANOS);
    }

    /**
     * {@code EDEADLK} is contention: the kernel looks for circles of processes where only threads wait (Linux, {@code
     * fcntl(2)}, "Bugs"). The JDK gives the error's text in the user's language only, so the question is put
     * differently: the error comes from waiting, and an attempt that does not wait does not get it.
     */
    private void refuseUnlessDeadlock(FileChannel channel, Object inode, IOException failure) throws IOException {
        if (failure instanceof ClosedChannelException || failure instanceof FileLockInterruptionException) {
            throw failure;
        }
        try {
            FileLock lock = channel.tryLock(KernelLock.LOCK, 1, shared);
            if (lock == null) {
                refuseIfDenied(channel, inode);
            }
        } catch (IOException again) {
            failure.addSuppressed(again);
            throw failure;
        }
    }
}
