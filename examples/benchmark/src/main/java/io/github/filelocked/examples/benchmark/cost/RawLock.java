package io.github.filelocked.examples.benchmark.cost;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The floor: what any lock of a file has to do, and nothing else. */
final class RawLock {

    private RawLock() {}

    static FileLock acquireAndClose(Path sidecar) throws IOException {
        try (FileChannel channel = FileChannel.open(sidecar, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.tryLock();
        }
    }
}
