package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Locks many paths once each, and prints what is left of them: heap in bytes, and entries in the JVM's tables. */
final class DistinctPathsProgram {

    private static final int PRACTICE = 1_000;

    private DistinctPathsProgram() {}

    public static void main(String[] args) throws Exception {
        FileLocks locks = FileLocks.create();
        try (Scratch scratch = Scratch.create()) {
            lockEach(locks, scratch, 0, PRACTICE);
            long before = Heap.used();
            lockEach(locks, scratch, PRACTICE, Integer.parseInt(args[0]));
            System.out.println(Heap.used() - before);
            System.out.println(tableEntries());
        }
    }

    private static void lockEach(FileLocks locks, Scratch scratch, int from, int count) throws Exception {
        for (int i = from; i < from + count; i++) {
            Path sidecar;
            try (HeldLock lock = locks.acquire(scratch.file("path-" + i))) {
                sidecar = lock.lockFile();
            }
            Files.delete(sidecar); // Nobody else knows it; a million files would outlast the benchmark.
        }
    }

    /** The library keeps its tables where all class loaders of a JVM find them: see its README. */
    private static int tableEntries() {
        return System.getProperties().entrySet().stream()
                .filter(property -> property.getKey().toString().startsWith("io.github.filelocked."))
                .map(Map.Entry::getValue)
                .filter(Map.class::isInstance)
                .mapToInt(table -> ((Map<?, ?>) table).size())
                .sum();
    }
}
