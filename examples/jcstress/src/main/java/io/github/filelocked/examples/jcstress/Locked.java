package io.github.filelocked.examples.jcstress;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one file that all threads of a JVM lock. */
final class Locked {

    private static final FileLocks LOCKS =
            FileLocks.builder().ownerRecord(false).build();
    private static final Path FILE;

    static {
        try {
            FILE = Files.createTempDirectory("jcstress").resolve("file");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Locked() {}

    /** Acquires the lock, however long that takes. */
    static HeldLock acquire() {
        return LOCKS.acquire(FILE);
    }
}
