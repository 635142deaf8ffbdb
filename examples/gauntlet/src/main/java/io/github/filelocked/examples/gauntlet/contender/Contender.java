package io.github.filelocked.examples.gauntlet.contender;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A lock as one process uses it. */
@FunctionalInterface
public interface Contender {

    /**
     * Acquires what protects a file.
     *
     * @param resource the file, spelled as the caller likes
     * @param limit how long to wait, for those that let the caller say so
     * @return empty if it gave up
     * @throws Exception whatever the library throws
     */
    Optional<Hold> acquire(Path resource, Duration limit) throws Exception;

    /** From the acquiring to the release. */
    @FunctionalInterface
    interface Hold {

        void release() throws Exception;
    }
}
