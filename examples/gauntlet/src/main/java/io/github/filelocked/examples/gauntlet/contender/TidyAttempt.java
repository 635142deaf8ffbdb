package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A {@link ChannelAttempt} that leaves no lock file behind. */
record TidyAttempt(ChannelAttempt attempt) implements Polling.Attempt {

    @Override
    public Optional<Contender.Hold> tryAcquire(Path resource) throws IOException {
        return attempt.tryAcquire(resource).map(hold -> () -> {
            Files.deleteIfExists(Sidecars.of(resource));
            hold.release();
        });
    }
}
