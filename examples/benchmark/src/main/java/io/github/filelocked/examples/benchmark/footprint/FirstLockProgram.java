package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Locks once in a fresh JVM, whose class path is open, and prints how long that took in nanoseconds, and how many
 * threads are there after it.
 */
final class FirstLockProgram {

    private FirstLockProgram() {}

    public static void main(String[] args) throws IOException {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        Path file = Path.of(args[1]);
        openClassPath();
        long start = System.nanoTime();
        if (args[0].equals("raw")) {
            lockRaw(file);
        } else {
            lockOurs(file);
        }
        System.out.println(System.nanoTime() - start);
        Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
        after.removeAll(before);
        System.out.println(after.size());
    }

    /** As any program has that is not as small as this one: to look for what is nowhere opens every jar. */
    private static void openClassPath() {
        try {
            Class.forName("nowhere");
        } catch (ClassNotFoundException everyJarIsOpen) {
            return;
        }
    }

    private static void lockRaw(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
        }
    }

    private static void lockOurs(Path file) {
        try (HeldLock lock = FileLocks.create().acquire(file)) {
            lock.path();
        }
    }
}
