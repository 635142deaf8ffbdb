package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.FileLocks;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Holds many locks, and prints the heap in bytes, and the descriptors, that all of them take. */
final class HeldLocksProgram {

    private HeldLocksProgram() {}

    public static void main(String[] args) throws Exception {
        Acquisition acquisition = args[0].equals("raw") ? HeldLocksProgram::lockRaw : FileLocks.create()::acquire;
        int count = Integer.parseInt(args[1]);
        try (Scratch scratch = Scratch.create()) {
            closeAll(acquireAll(acquisition, scratch, "practice-", 100)); // Loads classes, which stay.
            long heapBefore = Heap.used();
            int descriptorsBefore = descriptors();
            List<AutoCloseable> held = acquireAll(acquisition, scratch, "held-", count);
            System.out.println(Heap.used() - heapBefore);
            System.out.println(descriptors() - descriptorsBefore);
            closeAll(held);
        }
    }

    private interface Acquisition {
        AutoCloseable acquire(Path file) throws IOException;
    }

    private static AutoCloseable lockRaw(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        return channel;
    }

    private static List<AutoCloseable> acquireAll(Acquisition acquisition, Scratch scratch, String prefix, int count)
            throws IOException {
        List<AutoCloseable> held = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            held.add(acquisition.acquire(scratch.file(prefix + i)));
        }
        return held;
    }

    private static void closeAll(List<AutoCloseable> held) throws Exception {
        for (AutoCloseable lock : held) {
            lock.close();
        }
    }

    private static int descriptors() {
        return Path.of("/proc/self/fd").toFile().list().length;
    }
}
