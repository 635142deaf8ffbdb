package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** One attempt of a polling loop: opens, tries, and closes if that was in vain. */
record RawAttempt(Path file) implements Polling.Attempt {

    @Override
    public Optional<Peer.Hold> tryAcquire() throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(channel::close);
    }
}
