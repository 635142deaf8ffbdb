package io.github.filelocked.lock;

import java.io.Serial;

/**
 * A lock turned out at its release to have been lost while it was held, so that others may have been inside: only with
 * the option {@code verifyAtRelease}. What the holder did meanwhile is done, and should be looked at.
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
