package io.github.filelocked.lock;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The engine: claim in the JVM, open the sidecar, lock it in the kernel, verify that it is still the file at its path;
 * and backwards for a release and on every failure.
 */
final class SidecarLockProvider implements LockProvider {

    record Options(
            @Nullable Set<PosixFilePermission> permissions,
            NetworkPolicy networkPolicy,
            Duration longWaitLogInterval,
            boolean ownerRecord) {}

    private final Options options;
    private final NetworkFileSystems networkFileSystems;

    SidecarLockProvider(Options options) {
        this.options = options;
        this.networkFileSystems = new NetworkFileSystems(options.networkPolicy());
    }

    @Override
    public Grant acquire(LockRequest request) {
        Claim claim = Claim.join(request.lockFile());
        boolean entered = false;
        try {
            enter(claim, request);
            entered = true;
            return new SidecarGrant(claim, request.lockFile());
        } catch (InterruptedException | ClosedByInterruptException interrupted) {
            Thread.currentThread().interrupt();
            throw new LockInterruptedException(request.resource());
        } catch (IOException failure) {
            throw new Sidecar(request.lockFile(), options.permissions()).refusal(request.target(), failure);
        } finally {
            if (!entered) {
                claim.leave();
            }
        }
    }

    private void enter(Claim claim, LockRequest request) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Deadline deadline = Deadline.in(request.timeout());
        Sidecar sidecar = new Sidecar(request.lockFile(), options.permissions());
        networkFileSystems.check(sidecar.directory());
        KernelLock kernel = new KernelLock(sidecar, request.target().mode());
        if (enterAtOnce(claim, request, kernel)) {
            return;
        }
        if (deadline.hasPassed()) {
            throw busy(request, deadline, claim, kernel);
        }
        try (LongWait wait = new LongWait(request, options.longWaitLogInterval(), claim::holder)) {
            if (!enterInTurn(claim, request, kernel, deadline, wait)) {
                throw busy(request, deadline, claim, kernel);
            }
        }
    }

    /** Without waiting. Under the monitor as a whole, so that two shared attempts at a time do not refuse each other. */
    private boolean enterAtOnce(Claim claim, LockRequest request, KernelLock kernel)
            throws IOException, InterruptedException {
        synchronized (claim.monitor()) {
            if (reenter(claim, request)) {
                return true;
            }
            if (claim.isAwaited()) {
                return false;
            }
            return joinSharedHolders(claim, request)
                    || (claim.permit().tryAcquire()
                            && obtain(claim, request, kernel, Deadline.in(Duration.ZERO), null));
        }
    }

    /** With a place in the queue: within the JVM behind those who came first, and then in the kernel. */
    private boolean enterInTurn(Claim claim, LockRequest request, KernelLock kernel, Deadline deadline, LongWait wait)
            throws IOException, InterruptedException {
        if (!tryAcquire(claim.queue(), deadline)) {
            return false;
        }
        try {
            synchronized (claim.monitor()) {
                if (joinSharedHolders(claim, request)) {
                    return true;
                }
            }
            return tryAcquire(claim.permit(), deadline) && obtain(claim, request, kernel, deadline, wait);
        } finally {
            claim.queue().release();
        }
    }

    private static boolean tryAcquire(Semaphore semaphore, Deadline deadline) throws InterruptedException {
        return semaphore.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    private static boolean reenter(Claim claim, LockRequest request) {
        Thread thread = Thread.currentThread();
        FileLock held = claim.kernelLock();
        if (held == null || !claim.isHeldBy(thread)) {
            return false;
        }
        if (held.isShared() && request.target().mode() == LockMode.EXCLUSIVE) {
            throw new LockRefusedException("this thread holds " + request.resource()
                    + " shared, and may not turn that into an exclusive hold: another thread that tried the same would wait"
                    + " for this one, and this one for it; acquire it exclusively in the first place");
        }
        claim.addHold(thread);
        return true;
    }

    /** Several threads share one lock of the kernel, unless someone elsewhere waits to have it exclusively. */
    private static boolean joinSharedHolders(Claim claim, LockRequest request) throws IOException {
        FileLock held = claim.kernelLock();
        boolean joined = held != null
                && held.isShared()
                && request.target().mode() == LockMode.SHARED
                && !KernelLock.isGateShut(held);
        if (joined) {
            claim.addHold(Thread.currentThread());
        }
        return joined;
    }

    /** With the permit, which is kept together with the lock, or given back without it. */
    private boolean obtain(
            Claim claim, LockRequest request, KernelLock kernel, Deadline deadline, @Nullable LongWait wait)
            throws IOException, InterruptedException {
        FileLock lock = null;
        boolean obtained = false;
        try {
            lock = kernel.acquire(deadline, wait);
            if (lock != null) {
                LockHolder holder =
                        OwnerRecord.of(Thread.currentThread().getName(), request.operation(), Instant.now());
                if (options.ownerRecord()) {
                    OwnerRecord.write((FileChannel) lock.acquiredBy(), request.lockFile(), holder);
                }
                synchronized (claim.monitor()) {
                    claim.obtained(lock, holder);
                    claim.addHold(Thread.currentThread());
                }
                obtained = true;
            }
            return obtained;
        } finally {
            if (!obtained) {
                giveBack(claim, request.lockFile(), lock);
            }
        }
    }

    private static void giveBack(Claim claim, Path lockFile, @Nullable FileLock lock) throws IOException {
        try {
            if (lock != null) {
                KernelLock.release(lock, lockFile);
            }
        } finally {
            claim.permit().release();
        }
    }

    private static LockNotAcquiredException busy(
            LockRequest request, Deadline deadline, Claim claim, KernelLock kernel) {
        LockHolder inThisJvm = claim.holder();
        return new LockNotAcquiredException(request, deadline.elapsed(), inThisJvm != null ? inThisJvm : kernel.seen());
    }

    /** One hold of one thread, or of nobody once it is detached. */
    private final class SidecarGrant implements Grant {

        private final Claim claim;
        private final Path lockFile;
        private @Nullable Thread owner = Thread.currentThread();

        SidecarGrant(Claim claim, Path lockFile) {
            this.claim = claim;
            this.lockFile = lockFile;
        }

        @Override
        public void release() {
            // An interrupt would close the channel before the record is erased.
            boolean interrupted = Thread.interrupted();
            try {
                FileLock last;
                synchronized (claim.monitor()) {
                    last = claim.removeHold(owner);
                }
                if (last != null) {
                    eraseAndGiveBack(last);
                }
            } catch (IOException failure) {
                throw new FileLockingException(
                        "the release of the sidecar " + lockFile
                                + " failed: it is free for this JVM, and for others when this process ends at the latest",
                        failure);
            } finally {
                claim.leave();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void eraseAndGiveBack(FileLock lock) throws IOException {
            try {
                if (options.ownerRecord()) {
                    OwnerRecord.erase((FileChannel) lock.acquiredBy(), lock.isShared());
                }
            } catch (ClosedByInterruptException alreadyGivenBack) {
                // An interrupt came just now. The channel is closed, which is what a release is for.
            } finally {
                giveBack(claim, lockFile, lock);
            }
        }

        @Override
        public void detach() {
            synchronized (claim.monitor()) {
                claim.addHold(null);
                claim.removeHold(owner);
                owner = null;
            }
        }

        @Override
        public boolean isValid() {
            synchronized (claim.monitor()) {
                FileLock lock = claim.kernelLock();
                return lock != null && lock.isValid();
            }
        }
    }
}
