package io.github.filelocked;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockNotHeldException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several locks that were acquired together and are given back together.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
public final class HeldLocks implements AutoCloseable {

    private final List<HeldLock> locks;

    HeldLocks(List<HeldLock> locks) {
        this.locks = locks;
    }

    /**
     * Returns the locks in the order in which their targets were named, which is not the order of acquisition.
     *
     * @return an immutable list, as long as the list of targets
     */
    public List<HeldLock> locks() {
        return locks;
    }

    /**
     * Detaches each lock; see {@link HeldLock#detach()}.
     *
     * @return these locks
     * @throws LockNotHeldException once the locks are closed
     */
    public HeldLocks detach() {
        locks.forEach(HeldLock::detach);
        return this;
    }

    /**
     * Gives each detached lock to the calling thread; see {@link HeldLock#attach()}.
     *
     * @return these locks
     * @throws LockNotHeldException once the locks are closed
     */
    public HeldLocks attach() {
        locks.forEach(HeldLock::attach);
        return this;
    }

    /**
     * Gives all locks back, each of them even if another fails.
     *
     * @throws FileLockingException the first failure, with further ones as suppressed
     */
    @Override
    public void close() {
        closeAll(locks, null);
    }

    /**
     * Gives all locks back after a failure of the work, which wins: a failure to give a lock back is added to it as
     * suppressed.
     *
     * @param workFailure why the work ended
     */
    public void closeAfter(Throwable workFailure) {
        closeAll(locks, workFailure);
    }

    /** Closes all, whatever they throw; that is added to {@code earlier}, or to the first failure, which is thrown. */
    private static void closeAll(List<HeldLock> locks, @Nullable Throwable earlier) {
        Throwable first = earlier;
        for (int i = 0; i < locks.size(); i++) { // Without an iterator, because memory may be short.
            HeldLock lock = locks.get(i);
            if (lock != null) { // One that was not acquired, because an earlier one failed.
                first = closed(lock, first);
            }
        }
        if (earlier == null && first instanceof RuntimeException failure) {
            throw failure;
        }
        if (earlier == null && first instanceof Error error) {
            throw error;
        }
    }

    private static @Nullable Throwable closed(HeldLock lock, @Nullable Throwable first) {
        try {
            lock.close();
        } catch (RuntimeException | Error failure) {
            if (first == null) {
                return failure;
            }
            addSuppressed(first, failure);
        }
        return first;
    }

    private static void addSuppressed(Throwable first, Throwable failure) {
        try {
            if (first != failure) { // The JVM throws one and the same OutOfMemoryError more than once.
                first.addSuppressed(failure);
            }
        } catch (OutOfMemoryError exhausted) {
            // The next lock is closed all the same.
        }
    }
}
