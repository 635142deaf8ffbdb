package io.github.filelocked;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockProvider.Grant;
import io.github.filelocked.lock.LockRequest;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is held, from its creation until {@link #close()}. It is a value: it may be returned, stored, and closed
 * elsewhere, also by another thread. A lock that is never closed stays held until the process ends.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 *
 * <p><b>Reentrancy.</b> Each acquisition by the same thread gives a lock of its own; the resource is free again when
 * all of them are closed, in whatever order.
 */
public final class HeldLock implements AutoCloseable {

    private final HeldPaths.Place place;
    private final LockRequest request;
    private volatile @Nullable Grant grant;
    private final ListenerCalls observation;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Thread owner = Thread.currentThread();

    /**
     * Creates a lock before it is acquired, so that nothing has to be allocated once it is; {@link #acquired} follows.
     */
    HeldLock(HeldPaths.Place place, LockRequest request, ListenerCalls observation) {
        this.place = place;
        this.request = request;
        this.observation = observation;
    }

    HeldLock acquired(Grant acquiredGrant) {
        this.grant = acquiredGrant;
        return this;
    }

    /** Does the same as {@link #acquired}, for a grant that belongs to no thread. */
    HeldLock acquiredDetached(Grant acquiredGrant) {
        owner = null;
        place.leave();
        return acquired(acquiredGrant);
    }

    private Grant grant() {
        return Objects.requireNonNull(grant);
    }

    /**
     * Returns the protected file or directory: absolute, with symbolic links resolved, and exactly what is locked.
     * Use this path for reading and writing, not the one that was asked for.
     *
     * @return the canonical path
     * @throws LockNotHeldException once the lock is closed
     */
    public Path path() {
        return whileHeld(request.resource());
    }

    /**
     * Returns the lock file that is locked in place of the resource. Do not open it: on POSIX systems, closing any
     * descriptor of it in this process drops the lock.
     *
     * @return its absolute path
     * @throws LockNotHeldException once the lock is closed
     */
    public Path lockFile() {
        return whileHeld(request.lockFile());
    }

    /**
     * Returns whether the lock is in force.
     *
     * @return false once it is closed or known to be lost
     */
    public boolean isHeld() {
        return !closed.get() && grant().isValid();
    }

    /**
     * Takes the lock away from the acquiring thread without releasing it, for work that goes on elsewhere: from now on
     * that thread owns nothing and would have to wait like any other. To be called once, on the acquiring thread.
     *
     * @return this lock; the code that ends the work closes it
     * @throws LockNotHeldException once the lock is closed
     */
    public HeldLock detach() {
        whileHeld(request);
        owner = null;
        place.leave();
        grant().detach();
        return this;
    }

    /**
     * Gives a detached lock to the calling thread, which from now on may acquire the resource again without waiting.
     *
     * @return this lock
     * @throws LockNotHeldException once the lock is closed
     * @throws UnsupportedOperationException if the locks of the provider in use cannot change their thread
     */
    public HeldLock attach() {
        whileHeld(request);
        grant().attach();
        owner = Thread.currentThread();
        return this;
    }

    /**
     * Checks in the middle of the work that the lock is still in force: that its lock file was not deleted or replaced,
     * and with the option {@code verifyAtRelease} that the kernel still has the lock. Each release makes the same
     * check.
     *
     * @return this lock
     * @throws LockNotHeldException once the lock is closed
     * @throws LockLostException if the lock was lost, so other holders may have been inside
     */
    public HeldLock ensureHeld() {
        whileHeld(request);
        grant().ensureValid();
        return this;
    }

    /**
     * Gives the lock back. The lock file stays. Further calls do nothing.
     *
     * @throws FileLockingException if giving back fails; the resource is free for other threads of this JVM even so
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        place.leave();
        try {
            grant().release();
        } finally {
            observation.released();
        }
    }

    LockRequest request() {
        return request;
    }

    boolean isOwnedBy(Thread thread) {
        return owner == thread;
    }

    /**
     * Returns what is locked, and whether it still is.
     *
     * @return one line for a log
     */
    @Override
    public String toString() {
        return "HeldLock[" + request.resource() + ", " + request.target().mode() + (isHeld() ? "" : ", released") + "]";
    }

    private <T> T whileHeld(T value) {
        if (closed.get()) {
            throw new LockNotHeldException("the lock on " + request.resource()
                    + " is released: its path may no longer be used; do the work before close()");
        }
        return value;
    }
}
