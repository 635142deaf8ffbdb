package io.github.filelocked.lock;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where locks come from. The engine's own provider locks a file beside each resource and is right for one machine; a
 * lock service of a cluster can take its place through the builder of {@code FileLocks}.
 *
 * <p>An implementation must be safe for use by several threads, reentrant for one thread, and must let a lock be
 * released by another thread than the one that acquired it.
 */
@FunctionalInterface
public interface LockProvider {

    /**
     * Acquires one resource, waiting no longer than the request's timeout.
     *
     * @param request what to acquire, with a canonical path
     * @return the held lock
     * @throws LockNotAcquiredException if others held it all the time; with a timeout of zero, after exactly one
     *     attempt
     * @throws LockInterruptedException if the thread is interrupted, before or while it waits; its flag stays set
     * @throws LockRefusedException if the resource cannot be locked at all
     */
    Grant acquire(LockRequest request);

    /**
     * Returns the holder of the lock that the given request is waiting for, if known. Asked by another thread while
     * {@link #acquire} waits; it must not disturb that, and must answer soon.
     *
     * @param awaited the request, the very object that {@code acquire} has got
     * @return empty if it is not known, or is no longer waited for
     */
    default Optional<LockHolder> holder(LockRequest awaited) {
        return Optional.empty();
    }

    /**
     * Returns the holder of a lock, without acquiring, waiting for or changing anything.
     *
     * @param request the resource in question; its timeout is of no matter
     * @return empty if it is free, or the holder is not known
     */
    default Optional<LockHolder> currentHolder(LockRequest request) {
        return Optional.empty();
    }

    /**
     * Acquires one resource without blocking the caller. The grant belongs to no thread.
     *
     * <p>This default starts a thread for each call; a provider that can wait without one overrides it.
     *
     * @param request what to acquire, with a canonical path
     * @return a future of the grant, which fails as {@link #acquire} does; cancelling it ends the wait
     */
    default CompletableFuture<Grant> acquireAsync(LockRequest request) {
        CompletableFuture<Grant> result = new CompletableFuture<>();
        Thread waiter = new Thread(
                () -> {
                    try {
                        Grant grant = acquire(request);
                        grant.detach();
                        if (!result.complete(grant)) {
                            grant.release();
                        }
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "filelocked-async-waiter");
        waiter.setDaemon(true);
        CompletableFuture<?> unused = result.whenComplete((grant, failure) -> {
            if (result.isCancelled()) {
                waiter.interrupt();
            }
        });
        waiter.start();
        return result;
    }

    /** One lock, held from its creation until {@link #release()}. */
    interface Grant {

        /**
         * Gives the lock back. {@code HeldLock} calls it once, from any thread.
         *
         * @throws FileLockingException if that fails; the resource is free for other threads even so
         */
        void release();

        /**
         * Takes the lock away from the thread that acquired it, without releasing it: from now on that thread has to
         * wait for it like any other. {@code HeldLock.detach()} calls it at most once, on the acquiring thread.
         */
        void detach();

        /**
         * Gives a detached lock to the calling thread, which from now on may acquire it again without waiting.
         *
         * @throws UnsupportedOperationException if the provider's locks cannot change their thread
         */
        default void attach() {
            throw new UnsupportedOperationException("the locks of this provider cannot be given to another thread");
        }

        /**
         * Checks that the lock is still in force, more thoroughly than {@link #isValid()}, and at the cost of a few
         * system calls.
         *
         * @throws LockLostException if the lock was lost
         */
        default void ensureValid() {}

        /**
         * Returns whether the lock is still in force.
         *
         * @return false once it is released or known to be lost
         */
        boolean isValid();
    }
}
