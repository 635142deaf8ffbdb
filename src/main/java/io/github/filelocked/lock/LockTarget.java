package io.github.filelocked.lock;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A resource to lock, with its type and mode.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param resource the file or directory to protect, in any spelling: it may be relative, hold {@code .} and {@code ..},
 *     lead over symbolic links, and need not exist
 * @param type whether {@code resource} is a file or a directory
 * @param mode who may hold it at the same time
 */
public record LockTarget(Path resource, ResourceType type, LockMode mode) {

    /**
     * A target of all three parts.
     *
     * @param resource the file or directory to protect
     * @param type whether it is a file or a directory
     * @param mode who may hold it at the same time
     * @throws NullPointerException if a part is null
     */
    public LockTarget {
        Objects.requireNonNull(resource, "resource: the path to lock is null");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(mode, "mode");
    }

    /**
     * Returns a target for one file, held exclusively, which is the usual case.
     *
     * @param file the file to protect
     * @return the target
     */
    public static LockTarget file(Path file) {
        return new LockTarget(file, ResourceType.FILE, LockMode.EXCLUSIVE);
    }

    /**
     * Returns a target for one directory, held exclusively.
     *
     * @param directory the directory to protect
     * @return the target
     */
    public static LockTarget directory(Path directory) {
        return new LockTarget(directory, ResourceType.DIRECTORY, LockMode.EXCLUSIVE);
    }

    /**
     * Returns a target for the same resource, held beside other shared holders.
     *
     * @return a target in {@link LockMode#SHARED}
     */
    public LockTarget shared() {
        return new LockTarget(resource, type, LockMode.SHARED);
    }
}
