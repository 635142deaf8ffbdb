package io.github.filelocked.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Receives callbacks as locks are requested, acquired and released. Each acquisition calls {@link #awaiting}, then one
 * of {@link #acquired} and {@link #notAcquired}; what was acquired calls {@link #released} once.
 *
 * <p><b>Thread safety.</b> Called by the threads that acquire and release, several at a time.
 *
 * <p><b>Exception safety.</b> What a listener throws is logged as a warning and goes no further: it can neither keep
 * nor lose a lock. It runs between the acquisition and the body, so it should be quick.
 */
public interface LockListener {

    /**
     * An acquisition begins.
     *
     * @param request what is wanted
     */
    default void awaiting(LockRequest request) {}

    /**
     * An acquisition begins; for listeners that want to know, while it waits, for whom. Called in place of
     * {@link #awaiting(LockRequest)}, and by default calls it.
     *
     * @param request what is wanted
     * @param holder who holds it, as far as the waiter can see, or empty. To be asked by other threads, at any time;
     *     the answer takes a second at most
     */
    default void awaiting(LockRequest request, Supplier<Optional<LockHolder>> holder) {
        awaiting(request);
    }

    /**
     * Called when the lock is held.
     *
     * @param request what was wanted
     * @param waited how long it took, on the monotonic clock
     */
    default void acquired(LockRequest request, Duration waited) {}

    /**
     * The lock is not held: it was busy, the thread was interrupted, or the resource cannot be locked.
     *
     * @param request what was wanted
     * @param waited how long it took to fail, on the monotonic clock
     * @param cause why
     */
    default void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {}

    /**
     * The lock is given back, or the attempt to do so has failed.
     *
     * @param request what was held
     * @param held for how long, on the monotonic clock
     */
    default void released(LockRequest request, Duration held) {}
}
