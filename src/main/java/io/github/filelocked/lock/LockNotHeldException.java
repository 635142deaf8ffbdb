package io.github.filelocked.lock;

import java.io.Serial;

/** A path was asked for that only a holder may know, and no lock is held: it was released, or was never acquired. */
public final class LockNotHeldException extends FileLockingException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with the likely causes in its message.
     *
     * @param message what was asked for, and why it may be that nothing is held
     */
    public LockNotHeldException(String message) {
        super(message, null);
    }
}
