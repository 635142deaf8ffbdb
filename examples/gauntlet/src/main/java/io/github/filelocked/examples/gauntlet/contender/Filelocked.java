package io.github.filelocked.examples.gauntlet.contender;

import io.github.filelocked.FileLocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** This library. */
record Filelocked(FileLocks locks) implements Contender {

    @Override
    public Optional<Hold> acquire(Path resource, Duration limit) {
        return Optional.of(locks.acquire(resource, limit)::close);
    }
}
