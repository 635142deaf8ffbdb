package io.github.filelocked.sidecar;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** The engine's log. The logger is looked up at the first line, so that a lock without trouble loads no logging system. */
public final class Log {

    private Log() {}

    public static void log(Level level, String message, @Nullable Throwable cause) {
        System.getLogger(Log.class.getPackageName()).log(level, message, cause);
    }
}
