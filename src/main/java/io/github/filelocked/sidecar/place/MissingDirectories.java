package io.github.filelocked.sidecar.place;

import io.github.filelocked.sidecar.diagnosis.Log;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates missing directories and logs that, because a mistake in a path would otherwise remain unseen: a lock in a
 * wrong directory excludes no other process.
 */
public final class MissingDirectories {

    private static final int MAX_LOGGED = 1_000;

    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private MissingDirectories() {}

    /**
     * Creates a directory and its missing parents.
     *
     * @param path the file that needs the directory, for the log
     */
    public static void create(Path directory, Path path) throws IOException {
        boolean isMissing = !Files.exists(directory);
        Path existing = isMissing ? NetworkFileSystems.nearestExisting(directory) : directory;
        Files.createDirectories(directory);
        if (isMissing && LOGGED.size() < MAX_LOGGED && LOGGED.add(directory.toString())) {
            Log.log(
                    Level.INFO,
                    "created the missing directory " + directory
                            + (existing.equals(directory.getParent()) ? "" : ", with its parents in " + existing + ",")
                            + " for " + path + "; if it is not meant, check the path to lock",
                    null);
        }
    }
}
