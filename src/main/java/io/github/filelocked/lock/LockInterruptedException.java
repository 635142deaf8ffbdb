package io.github.filelocked.lock;

import java.io.Serial;
import java.nio.file.Path;

/**
 * The thread was interrupted before it held the lock, or while it waited for it. Nothing is held, and the thread's
 * interrupted flag is set, so that callers that know nothing of this library still see the interrupt.
 */
public final class LockInterruptedException extends FileLockingException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception for one resource.
     *
     * @param resource what was wanted
     */
    public LockInterruptedException(Path resource) {
        super("interrupted while waiting for the lock on " + resource + "; nothing is held, and the flag is set", null);
    }
}
