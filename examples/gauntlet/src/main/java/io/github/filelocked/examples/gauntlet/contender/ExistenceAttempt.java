package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A lock file whose existence is the lock: created exclusively, deleted at the end. */
final class ExistenceAttempt implements Polling.Attempt {

    @Override
    public Optional<Contender.Hold> tryAcquire(Path resource) throws IOException {
        try {
            Path file = Files.createFile(Sidecars.of(resource));
            return Optional.of(() -> Files.delete(file));
        } catch (FileAlreadyExistsException busy) {
            return Optional.empty();
        }
    }
}
