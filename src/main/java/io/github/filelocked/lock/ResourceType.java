package io.github.filelocked.lock;

/** The type of a resource, which decides its lock file. The two never contend with each other. */
public enum ResourceType {

    /**
     * A file, which need not exist yet: {@code x} is locked by its lock file {@code x.lock}. The default everywhere.
     */
    FILE,

    /**
     * A directory, which need not exist yet: {@code d} is locked by {@code d.dir.lock} <em>beside</em> it, so that the
     * directory itself can be emptied, moved or deleted under the lock. It does not lock the files inside.
     */
    DIRECTORY
}
