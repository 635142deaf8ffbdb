package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code FileChannel.lock()} as it is mostly written: open, lock, close. It waits in the kernel, and knows no limit.
 */
final class BlockingChannel implements Contender {

    @Override
    public Optional<Hold> acquire(Path resource, Duration limit) throws IOException {
        FileChannel channel =
                FileChannel.open(Sidecars.of(resource), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.lock();
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
        return Optional.of(channel::close);
    }
}
