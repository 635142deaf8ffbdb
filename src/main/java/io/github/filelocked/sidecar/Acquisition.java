package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.Claim.Turn;
import io.github.filelocked.sidecar.diagnosis.OwnerRecord;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request to its hold: beside other shared holders, at once, or in its turn. Nothing here waits for
 * another thread of this JVM: {@link #advance} returns where there is something to wait for, and is called again after
 * the wake. The driver decides how to wait: a platform thread parks, a virtual thread and a future get a
 * callback.
 *
 * <p><b>Thread safety.</b> One thread at a time drives an acquisition; {@link #cancel} may be called by any.
 */
final class Acquisition implements Claim.Waiter, KernelAttempt.Patience {

    /**
     * An exclusive waiter at the gate keeps a shared one from joining; nothing tells the latter that it has given up.
     */
    private static final long REJOIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A look at the gate takes a few microseconds, and the JDK lets one thread at a time look. */
    private static final long GATE_LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    private static final Duration BYSTANDER_PATIENCE = Duration.ofSeconds(1);

    private final LockRequest request;
    private final @Nullable Thread owner;
    private final @Nullable Thread caller;
    private final Runnable wake;
    private final SidecarLockProvider.Options options;
    private final SidecarLockProvider.Places places;
    private final Deadline deadline;

    /** The end of a wait for a wake; a single attempt waits for the end of another one, which is work on files, too. */
    private final Deadline wakeLimit;

    private final Sidecar sidecar;
    private final KernelAttempt attempt;
    private final SidecarGrant grant;
    private final LongWait longWait;
    private volatile Claim claim;
    private volatile boolean cancelled;
    private @Nullable Turn next;
    private long joinFailedAt;
    private boolean mayJoin = true;
    private boolean aliasChecked;
    private boolean held;
    private boolean first;

    /**
     * Begins an acquisition; {@link #end()} follows.
     *
     * @param owner the thread that the hold belongs to from its beginning, or null
     * @param caller the thread that may hold the file already, under another path, or null
     */
    Acquisition(
            LockRequest request,
            @Nullable Thread owner,
            @Nullable Thread caller,
            Runnable wake,
            Sidecar sidecar,
            SidecarLockProvider.Options options,
            SidecarLockProvider.Places places) {
        this.request = request;
        this.owner = owner;
        this.caller = caller;
        this.wake = wake;
        this.options = options;
        this.places = places;
        this.sidecar = sidecar;
        this.deadline = Deadline.in(request.timeout());
        this.wakeLimit = isSingle() ? Deadline.in(BYSTANDER_PATIENCE) : deadline;
        this.attempt = new KernelAttempt(sidecar, request.target(), deadline);
        this.longWait = new LongWait(request, options.longWaitLogInterval(), this::holder);
        this.grant = new SidecarGrant(sidecar, owner, options.verifyAtRelease());
        this.claim = Claim.join(request.lockFile(), request.resource(), options.names());
    }

    @Override
    public Runnable wake() {
        return wake;
    }

    @Override
    public @Nullable Thread owner() {
        return owner;
    }

    @Override
    public boolean isShared() {
        return request.target().mode() == LockMode.SHARED;
    }

    @Override
    public boolean isSingle() {
        return request.timeout().isZero();
    }

    @Override
    public boolean mayJoin() {
        return mayJoin || System.nanoTime() - joinFailedAt > REJOIN_NANOS;
    }

    /** Asked by the attempt before it waits in the kernel. */
    @Override
    public boolean mayWait() {
        longWait.begin();
        return claim.becomeHead(this);
    }

    /** Returns whether no wake can help any more. */
    boolean isOver() {
        return wakeLimit.hasPassed();
    }

    /** Returns how long a waiter may wait for its wake before it looks again. */
    long patienceNanos() {
        long remaining = wakeLimit.remainingNanos();
        return mayJoin ? remaining : Math.min(REJOIN_NANOS, remaining);
    }

    /**
     * Takes its turn in memory, without any work on files.
     *
     * @return false if there is something to wait for
     */
    boolean takesTurn() {
        if (next == null) {
            next = claim.enter(this);
            if (next == Turn.WAIT) {
                next = null;
                if (!isSingle()) {
                    longWait.begin();
                }
                return false;
            }
        }
        return true;
    }

    /**
     * Goes on as far as it can. Works on files, so it is called on a platform thread; it may wait in the kernel.
     *
     * @return the grant, or null if the caller has to wait for its wake, its time is over, or it was cancelled
     * @throws LockNotAcquiredException if this is a single attempt, and the lock is busy
     */
    @Nullable
    SidecarGrant advance() throws IOException, InterruptedException {
        while (!cancelled && takesTurn()) {
            if (next == Turn.BUSY && reentersByAlias()) {
                return grant;
            }
            Turn turn = Objects.requireNonNull(next);
            next = null;
            boolean missed = switch (turn) {
                case ATTEMPT -> attempt();
                case JOIN -> join();
                default -> true;
            };
            if (held) {
                return grant;
            }
            if (missed && deadline.hasPassed()) {
                throw busy();
            }
        }
        return !cancelled && reentersByAlias() ? grant : null;
    }

    /**
     * Returns whether the thread may hold the file under another path, so that work on files has to come before a wait.
     */
    boolean mayHoldAlias() {
        return caller != null && !aliasChecked && Claim.isHolder(caller);
    }

    /** Re-enters a file that the thread holds under another path, while another thread is at work under this path. */
    private boolean reentersByAlias() throws IOException {
        if (!mayHoldAlias()) {
            return false;
        }
        aliasChecked = true;
        Object inode = sidecar.identifyExisting();
        Claim other = inode == null ? null : Claim.findOpen(inode);
        if (other == null || !attempt.isSameFile(other) || !other.addNestedHold(request, caller)) {
            return false;
        }
        grant.beginNested(other, caller);
        held = true;
        return true;
    }

    /** Returns whether the attempt missed a lock; after a change of the claim it goes on with the other one. */
    private boolean attempt() throws IOException, InterruptedException {
        KernelLock lock = null;
        Claim attempted = claim;
        Claim other = null;
        try {
            places.check(request);
            refuseLockFile(request.resource());
            claim.reserveHold(owner);
            Instant now = Instant.now();
            LockHolder holder = OwnerRecord.of(longWait.waiter(), request.operation(), now);
            @Nullable Object[] data = ClaimEntry.holderData(holder.thread(), holder.operation(), now);
            lock = attempt.acquire(claim, isSingle() ? null : this);
            if (lock != null) {
                boolean recorded = false;
                if (options.ownerRecord()) {
                    recorded = OwnerRecord.write(lock.channel(), request, holder);
                } else {
                    OwnerRecord.touch(lock.channel(), request);
                }
                grant.lookAtKernelList(lock);
                grant.begin(claim);
                claim.obtained(lock, data, recorded, owner);
                held = true;
                first = true;
            }
            other = attempt.takeAlias();
        } catch (ClosedChannelException closed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return false; // By an interrupt that was consumed before: the next attempt has a new channel.
        } finally {
            if (!held) {
                giveBack(attempted, lock);
            }
        }
        if (other != null) {
            moveTo(other);
        }
        return other == null;
    }

    /** Looks only at names that end as the lock file's does, because others are resources of their own. */
    private void refuseLockFile(Path resource) throws IOException {
        String lockFile = request.lockFile().getFileName().toString();
        String extension = lockFile.substring(lockFile.lastIndexOf('.'));
        if (resource.toString().endsWith(extension) && Files.exists(resource)) {
            Object inode =
                    Files.readAttributes(resource, BasicFileAttributes.class).fileKey();
            Claim.refuseOpenFile(inode != null ? inode : resource, resource);
        }
    }

    private void giveBack(Claim attempted, @Nullable KernelLock lock) throws IOException {
        try {
            if (lock != null) {
                try {
                    KernelLock.close(lock.channel(), lock.lock());
                } finally {
                    attempted.unclaimInode(lock.inode());
                }
            }
        } finally {
            attempted.unreserveHold(owner);
            attempted.free();
        }
    }

    /** Goes over to the claim of the same file under another path, in which the thread may hold already. */
    private void moveTo(Claim other) {
        claim.leaveLine(this);
        claim.leave();
        claim = other;
        if (claim.addNestedHold(request, caller)) {
            grant.beginNested(claim, caller);
            held = true;
        }
    }

    /** Uses the hold that the claim has added, unless an exclusive waiter has shut the gate. */
    private boolean join() throws IOException {
        grant.begin(claim);
        boolean gateShut = true;
        try {
            KernelLock lock = Objects.requireNonNull(claim.kernelLock());
            grant.lookAtKernelList(lock);
            gateShut = isGateShut(lock);
            held = !gateShut;
        } finally {
            if (gateShut) {
                mayJoin = false;
                joinFailedAt = System.nanoTime();
                grant.releaseQuietly();
            }
        }
        return gateShut;
    }

    private boolean isGateShut(KernelLock lock) throws IOException {
        while (!isOver()) {
            try {
                return lock.isGateShut();
            } catch (OverlappingFileLockException anotherThreadAsks) {
                LockSupport.parkNanos(GATE_LOOK_NANOS);
            }
        }
        return true;
    }

    LockNotAcquiredException busy() {
        LockHolder inThisJvm = claim.holder();
        return new LockNotAcquiredException(
                request, deadline.elapsed(), inThisJvm != null ? inThisJvm : attempt.seen());
    }

    private @Nullable LockHolder holder() {
        LockHolder inThisJvm = claim.holder();
        return inThisJvm != null ? inThisJvm : attempt.awaitedHolder();
    }

    /** Ends a wait in the kernel, and begins no further attempt. Returns at once. */
    void cancel() {
        cancelled = true;
        attempt.cancel();
    }

    /** Ends the acquisition, whether or not it led to a hold; the hold goes on. */
    void end() {
        longWait.close();
        if (next != null) {
            undoTurn(next);
        }
        claim.leaveLine(this);
        if (!first) { // Otherwise the release of the last hold leaves.
            claim.leave();
        }
    }

    /** Gives back a turn that was taken, and not used because its acquisition was given up. */
    private void undoTurn(Turn unused) {
        next = null;
        if (unused == Turn.ATTEMPT) {
            claim.free();
        } else if (unused == Turn.JOIN) {
            grant.begin(claim);
            grant.releaseQuietly();
        }
    }
}
