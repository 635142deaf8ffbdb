package io.github.filelocked.examples.benchmark.peer;

import io.github.filelocked.FileLocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This library, with its defaults. */
record FilelockedPeer(FileLocks locks, Path file) implements Peer {

    FilelockedPeer(Path directory) {
        this(FileLocks.create(), directory.resolve("filelocked"));
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Hold acquire() {
        return locks.acquire(file)::close;
    }
}
