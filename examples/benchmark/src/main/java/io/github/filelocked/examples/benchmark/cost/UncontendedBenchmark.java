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

/** Acquiring and closing a lock that nobody else wants, of a file that exists, as its sidecar does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UncontendedBenchmark {

    private final FileLocks withRecord = FileLocks.create();
    private final FileLocks withoutRecord =
            FileLocks.builder().ownerRecord(false).build();
    private Scratch scratch;
    private Path file;
    private Path absent;
    private Path sidecar;
    private HeldLock outer;

    @Setup
    public void createSidecar() {
        scratch = Scratch.create();
        file = scratch.existingFile("resource");
        absent = scratch.file("absent");
        try (HeldLock lock = withRecord.acquire(file)) {
            sidecar = lock.lockFile();
        }
        outer = withRecord.acquire(scratch.existingFile("nested"));
    }

    @TearDown
    public void remove() {
        outer.close();
        scratch.close();
    }

    @Benchmark
    public FileLock rawFloor() throws IOException {
        return RawLock.acquireAndClose(sidecar);
    }

    @Benchmark
    public HeldLock withoutRecord() {
        return acquireAndClose(withoutRecord, file);
    }

    @Benchmark
    public HeldLock withRecord() {
        return acquireAndClose(withRecord, file);
    }

    /** Of a file that does not exist, which the JDK says by an exception. */
    @Benchmark
    public HeldLock absentFile() {
        return acquireAndClose(withRecord, absent);
    }

    /** Once more on a thread that holds the lock already. */
    @Benchmark
    public HeldLock nested() {
        return acquireAndClose(withRecord, outer.path());
    }

    private static HeldLock acquireAndClose(FileLocks locks, Path path) {
        try (HeldLock lock = locks.acquire(path)) {
            return lock;
        }
    }
}
