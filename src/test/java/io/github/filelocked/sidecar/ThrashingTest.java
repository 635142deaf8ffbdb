package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.sidecar.process.Counter;
import io.github.filelocked.sidecar.process.Stress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many threads of one JVM for one file, as the suites of others have them. The oracles are what is in the file, which
 * overlapping holders spoil, and a witness in memory, whom a holder must find alone. {@code -Dfilelocked.stress=long}
 * goes through as many rounds as the origins do.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ThrashingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(Stress.isLong() ? 240 : 20);

    private final Witness witness = new Witness();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = Counter.create(temporary.toRealPath().resolve("x"));
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(file.getParent());
    }

    @Test
    @DisplayName("tox-dev/filelock, test_threaded_shared_lock_obj: a hundred threads through one instance")
    void aHundredThreadsOfOneInstanceLoseNoUpdate() throws Exception {
        int threads = 100;
        int rounds = Stress.isLong() ? 100 : 10;
        FileLocks locks = FileLocks.create();
        inThreads(threads, index -> incrementUnder(locks, rounds));
        assertThat(Counter.read(file)).isEqualTo(threads * rounds);
    }

    @Test
    @DisplayName("tox-dev/filelock, test_threaded_lock_different_lock_obj: ten threads through each of two instances")
    void twoInstancesExcludeEachOtherAsOneDoes() throws Exception {
        int threads = 20;
        int rounds = Stress.isLong() ? 1_000 : 50;
        List<FileLocks> instances = List.of(FileLocks.create(), FileLocks.create());
        inThreads(threads, index -> incrementUnder(instances.get(index % 2), rounds));
        assertThat(Counter.read(file)).isEqualTo(threads * rounds);
    }

    /** Where the lock of a task comes from. */
    enum Source {
        ONE_INSTANCE_FOR_ALL,
        AN_INSTANCE_FOR_EACH_TASK;

        Supplier<FileLocks> locks() {
            FileLocks shared = FileLocks.create();
            return this == ONE_INSTANCE_FOR_ALL ? () -> shared : FileLocks::create;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("tox-dev/filelock, test_thrashing_with_thread_pool_*: what a task has written is what it reads")
    void noTaskReadsWhatAnotherOneWrote(Source source) throws Exception {
        Supplier<FileLocks> locks = source.locks();
        AtomicInteger tasks = new AtomicInteger(Stress.isLong() ? 2_000 : 100);
        inThreads(8, index -> {
            while (tasks.getAndDecrement() > 0) {
                try (HeldLock lock = locks.get().acquire(file)) {
                    witness.enter();
                    for (int i = 0; i < 3; i++) {
                        String text = UUID.randomUUID().toString();
                        Files.writeString(lock.path(), text);
                        assertThat(lock.path()).hasContent(text);
                    }
                    witness.leave();
                }
            }
            return null;
        });
    }

    @Test
    @DisplayName("tox-dev/filelock, test_concurrent_acquire_release_keeps_lock_file: all lock one and the same sidecar")
    void comingsAndGoingsKeepTheSidecar() throws Exception {
        Set<Object> sidecars = ConcurrentHashMap.newKeySet();
        inThreads(4, index -> {
            for (int i = 0; i < 20; i++) {
                try (HeldLock lock = FileLocks.create().acquire(file)) {
                    witness.enter();
                    sidecars.add(Files.getAttribute(lock.lockFile(), "unix:ino"));
                    Counter.increment(lock.path());
                    witness.leave();
                }
            }
            return null;
        });
        assertThat(sidecars).hasSize(1);
        assertThat(Counter.read(file)).isEqualTo(80);
    }

    @Test
    @DisplayName("Lucene, BaseLockFactoryTestCase.testObtainConcurrently; H2, TestFileLock.test: single attempts alone")
    void ofSingleAttemptsNoTwoSucceedTogether() throws Exception {
        long seed = System.nanoTime();
        int threads = 2 + new Random(seed).nextInt(10);
        int tries = Stress.isLong() ? 50_000 : 2_000;
        FileLocks locks = FileLocks.create();
        AtomicInteger tried = new AtomicInteger();
        AtomicInteger acquired = new AtomicInteger();
        inThreads(threads, index -> {
            while (tried.incrementAndGet() <= tries) {
                try (HeldLock lock = locks.tryAcquire(file).orElse(null)) {
                    if (lock != null) {
                        witness.enter();
                        Counter.increment(lock.path());
                        acquired.incrementAndGet();
                        witness.leave();
                    }
                }
            }
            return null;
        });
        assertThat(Counter.read(file))
                .as("%s threads, seed %s", threads, seed)
                .isEqualTo(acquired.get())
                .isPositive();
    }

    private Void incrementUnder(FileLocks locks, int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            try (HeldLock lock = locks.acquire(file)) {
                witness.enter();
                assertThat(lock.isHeld()).isTrue();
                Counter.increment(lock.path());
                witness.leave();
            }
        }
        return null;
    }

    @FunctionalInterface
    private interface Work {
        Void of(int index) throws Exception;
    }

    /** All begin together. */
    private static void inThreads(int number, Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(number);
        List<InThread<Void>> threads = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int index = i;
            Callable<Void> whole = () -> {
                start.await(20, TimeUnit.SECONDS);
                return work.of(index);
            };
            threads.add(InThread.start(whole));
        }
        for (InThread<Void> thread : threads) {
            thread.result(PATIENCE);
        }
    }

    /** Knows nothing of files. */
    private static final class Witness {

        private final AtomicReference<Thread> inside = new AtomicReference<>();

        void enter() {
            assertThat(inside.getAndSet(Thread.currentThread()))
                    .as("who holds it already")
                    .isNull();
        }

        void leave() {
            assertThat(inside.getAndSet(null)).as("who holds it").isEqualTo(Thread.currentThread());
        }
    }
}
