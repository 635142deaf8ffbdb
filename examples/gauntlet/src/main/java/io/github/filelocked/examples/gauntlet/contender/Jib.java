package io.github.filelocked.examples.gauntlet.contender;

import com.google.cloud.tools.jib.filesystem.LockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Jib's {@code LockFile}: {@code FileChannel.lock()} behind a {@code ReentrantLock} for each path. It knows no limit.
 */
final class Jib implements Contender {

    @Override
    public Optional<Hold> acquire(Path resource, Duration limit) throws IOException {
        return Optional.of(LockFile.lock(Sidecars.of(resource))::close);
    }
}
