package io.github.filelocked.lock;

import java.nio.file.Path;
import java.time.Duration;

/**
 * One acquisition, as a {@link LockProvider} carries it out and a {@link LockListener} sees it.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param target what to lock; its resource is canonical already, absolute and with symbolic links resolved, so that
 *     equal resources are equal paths
 * @param lockFile the file that is locked in place of the resource on this machine
 * @param timeout how long to wait; zero is exactly one attempt, {@link #NO_LIMIT} waits without limit
 * @param origin what the lock is for
 */
public record LockRequest(LockTarget target, Path lockFile, Duration timeout, LockOrigin origin) {

    /** The timeout that waits without limit. */
    public static final Duration NO_LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    /**
     * Returns the canonical resource.
     *
     * @return the path of {@link #target()}
     */
    public Path resource() {
        return target.resource();
    }

    /**
     * Returns what the lock is for, as waiters see it.
     *
     * @return the operation of {@link #origin()}
     */
    public String operation() {
        return origin.operation();
    }
}
