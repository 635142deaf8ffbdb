package io.github.filelocked.lock;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The parent of all that this library throws about locks. Thrown as such only when a release fails: the body has run
 * under the lock, and the resource is free again for the threads of this JVM.
 */
public class FileLockingException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what failed, with the path and the cure
     * @param cause why, or null
     */
    public FileLockingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
