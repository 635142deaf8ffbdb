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
     * Creates an exception with a cause. Characters of the message that would control a terminal are replaced.
     *
     * @param message what failed, with the path and the fix
     * @param cause why, or null
     */
    public FileLockingException(String message, @Nullable Throwable cause) {
        super(Printable.lines(message), cause);
    }
}
