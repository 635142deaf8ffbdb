package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Sixteen threads that all want one lock all the time, beside one thread alone that locks and closes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ThreadsBenchmark {

    private final FileLocks locks = FileLocks.create();
    private Scratch scratch;
    private Path file;
    private Path rawFile;

    @Setup
    public void create() throws IOException {
        scratch = Scratch.create();
        file = scratch.existingFile("resource");
        rawFile = scratch.existingFile("raw");
    }

    @TearDown
    public void remove() {
        scratch.close();
    }

    @Benchmark
    @Threads(1)
    public FileLock rawFloor() throws IOException {
        return RawLock.acquireAndClose(rawFile);
    }

    @Benchmark
    @Threads(16)
    public HeldLock sixteenThreads() {
        try (HeldLock lock = locks.acquire(file)) {
            return lock;
        }
    }

    @Benchmark
    @Threads(1)
    public HeldLock oneThread() {
        return sixteenThreads();
    }
}
