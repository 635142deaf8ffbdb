package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One lock more, while this JVM holds many others. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScaleBenchmark {

    @Benchmark
    public HeldLock filelocked(HeldByFilelocked others) {
        try (HeldLock lock = others.locks.acquire(others.file)) {
            return lock;
        }
    }

    @Benchmark
    public FileLock rawFloor(HeldRaw others) throws IOException {
        return RawLock.acquireAndClose(others.file);
    }

    /** Others of the library. */
    @State(Scope.Thread)
    public static class HeldByFilelocked {

        @Param("1")
        public int held;

        private final FileLocks locks = FileLocks.create();
        private final List<HeldLock> others = new ArrayList<>();
        private Scratch scratch;
        private Path file;

        @Setup
        public void acquireOthers() {
            scratch = Scratch.create();
            file = scratch.existingFile("resource");
            for (int i = 0; i < held; i++) {
                others.add(locks.acquire(scratch.file("other-" + i)));
            }
        }

        @TearDown
        public void closeOthers() {
            others.forEach(HeldLock::close);
            scratch.close();
        }
    }

    /** Others of the JDK alone: where it or the kernel slows down, so does everybody. */
    @State(Scope.Thread)
    public static class HeldRaw {

        @Param("1")
        public int held;

        private final List<FileLock> others = new ArrayList<>();
        private Scratch scratch;
        private Path file;

        @Setup
        public void lockOthers() throws IOException {
            scratch = Scratch.create();
            file = scratch.existingFile("resource");
            for (int i = 0; i < held; i++) {
                others.add(FileChannel.open(
                                scratch.file("other-" + i), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .lock());
            }
        }

        @TearDown
        public void closeOthers() throws IOException {
            for (FileLock other : others) {
                other.acquiredBy().close();
            }
            scratch.close();
        }
    }
}
