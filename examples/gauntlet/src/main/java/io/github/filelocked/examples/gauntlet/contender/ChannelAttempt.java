package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** {@code FileChannel.tryLock()} as it is mostly written: open, try, and close if that was in vain. */
final class ChannelAttempt implements Polling.Attempt {

    @Override
    public Optional<Contender.Hold> tryAcquire(Path resource) throws IOException {
        FileChannel channel =
                FileChannel.open(Sidecars.of(resource), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isLocked(channel)) {
            return Optional.of(channel::close);
        }
        channel.close();
        return Optional.empty();
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldInThisJvm) {
            return false;
        }
    }
}
