package io.github.filelocked.sidecar.diagnosis;

import io.github.filelocked.lock.Printable;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The engine's log. The logger is looked up at the first line, so that a lock without trouble loads no logging system.
 */
public final class Log {

    private Log() {}

    /** Loads this class. */
    public static void prepare() {}

    /**
     * Writes one line, and never throws: a line says something about a lock, and must not cost it (I23). Even an {@code
     * OutOfMemoryError} or a {@code StackOverflowError} ends here. If it was more than the line's own, the next call
     * that needs memory or stack fails as well, where its failure can be handled.
     */
    public static void log(Level level, String message, @Nullable Throwable cause) {
        try {
            System.getLogger("io.github.filelocked.sidecar").log(level, Printable.line(message), cause);
        } catch (Throwable handlerFailed) {
            // Neither can this be logged.
        }
    }
}
