package io.github.filelocked.lock;

import java.io.Serial;

/**
 * Signals that a lock was lost while it was held, so other holders may have been inside. Each release reports a lock
 * file that was deleted or replaced; with the option {@code verifyAtRelease}, it also reports a lock that the kernel
 * has dropped. The holder's work is not undone, so check the protected file.
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
