package io.github.filelocked;

import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.diagnosis.Log;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of relative paths. Without a base directory they depend on the working directory, which differs between
 * cron, systemd and an IDE, so that two programs that name the same path may lock different files.
 */
final class RelativePaths {

    /** Paths may depend on arguments, of which there is no end. */
    private static final int MAX_LOGGED = 1_000;

    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private final @Nullable Path base;

    RelativePaths(@Nullable Path base) {
        this.base = base;
    }

    LockTarget resolve(LockTarget target) {
        Path resolved = resolve(target.resource());
        return resolved.equals(target.resource()) ? target : new LockTarget(resolved, target.type(), target.mode());
    }

    /** Resolves a path against the base directory. An empty path stays empty, because it is rejected later. */
    private Path resolve(Path path) {
        if (base == null || path.isAbsolute() || path.toString().isEmpty()) {
            return path;
        }
        return path.getFileSystem().equals(base.getFileSystem()) ? base.resolve(path) : path;
    }

    /** Logs the absolute form of a relative path, once for each. */
    void log(Path path, LockOrigin origin) {
        if (path.isAbsolute() || path.toString().isEmpty() || LOGGED.size() >= MAX_LOGGED) {
            return;
        }
        Path meant = resolve(path);
        if (LOGGED.add(meant.toString())) { // Not the absolute path, which each call would have to make.
            Path absolute = meant.toAbsolutePath();
            String caller = origin.operation().isEmpty() ? "a caller of FileLocks" : origin.operation();
            Log.log(
                    Level.INFO,
                    caller + " locks the relative path " + path + ", which is " + absolute + " in "
                            + (base == null ? "this working directory" : "the base directory"),
                    null);
        }
    }
}
