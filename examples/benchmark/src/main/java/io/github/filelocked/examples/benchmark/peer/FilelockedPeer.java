package io.github.filelocked.examples.benchmark.peer;

import io.github.filelocked.lock.FileLocks;
import java.nio.file.Path;

/** This library, with its defaults. */
record FilelockedPeer(FileLocks locks, Path file) implements Peer {

    FilelockedPeer(Path directory) {
        this(FileLocks.create(), directory.resolve("filelocked"));
    }

    @Override
    public Hold acquire() {
        return locks.acquire(file)::close;
    }
}
