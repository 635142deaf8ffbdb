package io.github.filelocked.lock;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for cannot be locked at all, now or later, until someone mends the cause: a bad path, a sidecar that
 * is not a regular file, no permission, a full disk, an exclusive lock wanted inside a shared one. Nothing is held, and
 * nothing was run.
 */
public final class LockRefusedException extends FileLockingException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A refusal without an underlying failure.
     *
     * @param message what is refused, with the path and the cure
     */
    public LockRefusedException(String message) {
        this(message, null);
    }

    /**
     * A refusal because of a failure.
     *
     * @param message what is refused, with the path and the cure
     * @param cause the failure, or null
     */
    public LockRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
