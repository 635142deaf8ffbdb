package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thread's way to its first hold: beside other shared holders, at once, or in its turn. */
final class Acquisition {

    private static final long REJOIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LockRequest request;
    private final Claim claim;
    private final KernelAttempt attempt;
    private final SidecarLockProvider.Options options;
    private final Deadline deadline;
    private final Thread thread = Thread.currentThread();
    private boolean first;

    Acquisition(LockRequest request, Claim claim, Sidecar sidecar, SidecarLockProvider.Options options) {
        this.request = request;
        this.claim = claim;
        this.attempt = new KernelAttempt(sidecar, request.target().mode());
        this.options = options;
        this.deadline = Deadline.in(request.timeout());
    }

    /**
     * Returns with one hold more, or throws and has changed nothing.
     *
     * @return whether it is the first, and has brought the kernel's lock
     */
    boolean enter() throws IOException, InterruptedException {
        if (enterAtOnce()) {
            return first;
        }
        if (request.timeout().isZero()) {
            throw busy();
        }
        try (LongWait wait = new LongWait(request, options.longWaitLogInterval(), claim::holder)) {
            wait.begin();
            if (!enterInTurn(wait)) {
                throw busy();
            }
        }
        return first;
    }

    /** Under the monitor as a whole, so that of two shared attempts at a time neither finds the other half-way. */
    private boolean enterAtOnce() throws IOException, InterruptedException {
        synchronized (claim.monitor()) {
            if (claim.isAwaited()) {
                return false;
            }
            return joinSharedHolders() || (claim.permit().tryAcquire() && obtain(Deadline.in(Duration.ZERO), null));
        }
    }

    /** First behind those of this JVM who came earlier, then for the holders in this JVM, then in the kernel. */
    private boolean enterInTurn(LongWait wait) throws IOException, InterruptedException {
        if (!claim.queue().tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            while (true) {
                boolean heldShared;
                synchronized (claim.monitor()) {
                    if (joinSharedHolders()) {
                        return true;
                    }
                    KernelLock held = claim.kernelLock();
                    heldShared = held != null && held.isShared();
                }
                // An exclusive waiter elsewhere kept us from joining; that it gives up, nobody tells us.
                long slice = heldShared ? REJOIN_NANOS : Long.MAX_VALUE;
                if (claim.permit().tryAcquire(Math.min(slice, deadline.remainingNanos()), TimeUnit.NANOSECONDS)) {
                    return obtain(deadline, wait);
                }
                if (deadline.hasPassed()) {
                    return false;
                }
            }
        } finally {
            claim.queue().release();
        }
    }

    /** The threads of this JVM share one lock of the kernel, unless someone elsewhere waits to have it exclusively. */
    private boolean joinSharedHolders() throws IOException {
        KernelLock held = claim.kernelLock();
        boolean joins =
                held != null && held.isShared() && request.target().mode() == LockMode.SHARED && !held.isGateShut();
        if (joins) {
            claim.addHold(thread);
        }
        return joins;
    }

    /** With the permit, which stays with the kernel's lock, or is given back if there is none. */
    private boolean obtain(Deadline until, @Nullable LongWait wait) throws IOException, InterruptedException {
        KernelLock lock = null;
        try {
            lock = attempt.acquire(until, wait);
            if (lock != null) {
                LockHolder holder = OwnerRecord.of(thread.getName(), request.operation(), Instant.now());
                boolean recorded = false;
                if (options.ownerRecord()) {
                    recorded = OwnerRecord.write(lock.channel(), request, holder);
                } else {
                    OwnerRecord.touch(lock.channel(), request);
                }
                synchronized (claim.monitor()) {
                    claim.obtained(lock, holder, recorded);
                    claim.addHold(thread);
                }
                first = true;
            }
            return first;
        } finally {
            if (!first) {
                claim.giveBack(lock);
            }
        }
    }

    private LockNotAcquiredException busy() {
        LockHolder inThisJvm = claim.holder();
        return new LockNotAcquiredException(
                request, deadline.elapsed(), inThisJvm != null ? inThisJvm : attempt.seen());
    }
}
