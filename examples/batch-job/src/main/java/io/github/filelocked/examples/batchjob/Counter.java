package io.github.filelocked.examples.batchjob;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The job: a number in a file, and one more each time. */
final class Counter {

    private Counter() {}

    /** Reads, adds one, and writes: the annotation is all that keeps two workers from reading the same number. */
    @FileLocked(value = "#{#file}", timeout = "1m")
    static long incrementLocked(Path file) throws IOException {
        return increment(LockedPath.current());
    }

    /**
     * The same body without the annotation. The file is replaced atomically, so no reader sees half a number;
     * updates are lost all the same.
     *
     * @return when the body was entered, by the clock of {@link System#nanoTime()}
     */
    static long increment(Path file) throws IOException {
        long entered = System.nanoTime();
        write(file, read(file) + 1);
        return entered;
    }

    static long read(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    static void write(Path file, long number) throws IOException {
        String draft = file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp";
        Files.move(Files.writeString(file.resolveSibling(draft), number + "\n"), file, ATOMIC_MOVE);
    }
}
