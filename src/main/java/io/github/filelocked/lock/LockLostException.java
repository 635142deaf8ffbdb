package io.github.filelocked.lock;

import java.io.Serial;

/**
 * A lock was lost while it was held, so that others may have been inside. Each release reports a lock file that was
 * deleted or replaced; with the option {@code verifyAtRelease}, it also reports a lock that the kernel has dropped.
 * What the holder did meanwhile is done, and someone should look at it.
 */
public final class LockLostException extends FileLockingException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the lock, the cause of its loss as far as known, and what to do
     */
    public LockLostException(String message) {
        super(message, null);
    }
}
