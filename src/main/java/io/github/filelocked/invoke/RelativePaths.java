package io.github.filelocked.invoke;

import io.github.filelocked.FileLocked;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The log of relative paths. They depend on the working directory, which differs between cron, systemd and an IDE, so
 * that two programs that name the same path may lock different files.
 */
final class RelativePaths {

    /** Paths may depend on arguments, of which there is no end. */
    private static final int MAX_LOGGED = 1_000;

    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private RelativePaths() {}

    /** Logs the absolute form of a relative path, once for each path. */
    static void log(Path path, String operation) {
        if (!path.isAbsolute() && LOGGED.size() < MAX_LOGGED && LOGGED.add(path.toString())) {
            System.getLogger(FileLocked.class.getPackageName())
                    .log(
                            Level.INFO,
                            "{0} locks the relative path {1}, which is {2} in this working directory",
                            operation,
                            path,
                            path.toAbsolutePath());
        }
    }
}
