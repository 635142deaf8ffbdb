package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Threads;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("I22: thousands of waiters for one file cost a few threads")
@Timeout(120)
class CrowdOfWaitersTest {

    private static final int CROWD = 5_000;

    /** The watch, the one that waits in the kernel, one that closes, one that hands over, and some to spare. */
    private static final int HANDFUL = 8;

    private static ForeignHolder foreigner;

    private final FileLocks locks = FileLocks.create();
    private LockTarget target;
    private Path lockFile;

    @BeforeAll
    static void startTheOtherProcess() throws IOException {
        foreigner = ForeignHolder.start();
    }

    @AfterAll
    static void endTheOtherProcess() {
        foreigner.close();
    }

    @BeforeEach
    void awaitTheEndOfThreadsOfOtherTests() {
        await().atMost(Duration.ofSeconds(20)).until(() -> Threads.ofTheEngine().isEmpty());
    }

    @BeforeEach
    void lockTheFile(@TempDir Path temporary) throws Exception {
        target = LockTarget.file(temporary.toRealPath().resolve("x"));
        lockFile = locks.lockFile(target);
        foreigner.lock(lockFile);
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        foreigner.unlock();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> Traces.assertNothingHeldIn(lockFile.getParent()));
    }

    /** Starts waiters that note their number when they get the lock, and give it back. */
    private List<CompletableFuture<Void>> crowd(Duration timeout, List<Integer> served) {
        AtomicInteger inside = new AtomicInteger();
        return IntStream.range(0, CROWD).mapToObj(i -> locks.acquireAsync(target, timeout)).toList().stream()
                .map(future -> future.thenAccept(lock -> {
                    assertThat(inside.incrementAndGet()).as("holders").isEqualTo(1);
                    served.add(served.size());
                    inside.decrementAndGet();
                    lock.close();
                }))
                .toList();
    }

    private static void awaitAll(List<? extends CompletableFuture<?>> futures) throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
    }

    /** The most threads of the engine at any moment until it is closed. */
    private static final class Peak implements AutoCloseable {

        private final AtomicInteger most = new AtomicInteger();
        private final Thread observer = Threads.daemon(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                most.accumulateAndGet(Threads.ofTheEngine().size(), Math::max);
                Thread.onSpinWait();
            }
        });

        static Peak observe() {
            Peak peak = new Peak();
            peak.observer.start();
            return peak;
        }

        int most() {
            return Math.max(most.get(), Threads.ofTheEngine().size());
        }

        @Override
        public void close() {
            observer.interrupt();
        }
    }

    @Test
    void asynchronousAcquisitionsShareAFewThreadsAndAllGetTheLock() throws Exception {
        List<Integer> served = new ArrayList<>();
        try (Peak threads = Peak.observe()) {
            List<CompletableFuture<Void>> crowd = crowd(FileLocks.NO_LIMIT, served);
            Traces.awaitWaiters(lockFile, CROWD);
            assertThat(threads.most()).as("threads while all wait").isBetween(1, HANDFUL);
            foreigner.unlock();
            awaitAll(crowd);
            // Each hand-over takes two short tasks, and a busy machine lets a few of them overlap.
            assertThat(threads.most()).as("threads while all are served").isLessThanOrEqualTo(5 * HANDFUL);
        }
        assertThat(served).hasSize(CROWD);
    }

    @Test
    void theyAreServedInTheOrderOfTheirArrivalAndCancelledOnesAreSkipped() throws Exception {
        List<Integer> served = new CopyOnWriteArrayList<>();
        List<CompletableFuture<HeldLock>> crowd = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            CompletableFuture<HeldLock> one = locks.acquireAsync(target, FileLocks.NO_LIMIT);
            CompletableFuture<?> unused = one.thenAccept(lock -> {
                served.add(number);
                lock.close();
            });
            crowd.add(one);
            Traces.awaitWaiters(lockFile, i + 1);
        }
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < crowd.size(); i++) {
            if (i % 7 == 0) { // The head is one of them, and waits in the kernel.
                assertThat(crowd.get(i).cancel(false)).isTrue();
            } else {
                expected.add(i);
            }
        }
        Traces.awaitWaiters(lockFile, expected.size());
        foreigner.unlock();
        await().atMost(Duration.ofSeconds(20)).until(() -> served.size() == expected.size());
        assertThat(served).containsExactlyElementsOf(expected);
    }

    @Test
    void theEndOfThousandsOfWaitsAtOnceTakesAFewThreads() throws Exception {
        List<Integer> served = new ArrayList<>();
        try (Peak threads = Peak.observe()) {
            List<CompletableFuture<HeldLock>> cancelled = IntStream.range(0, CROWD)
                    .mapToObj(i -> locks.acquireAsync(target, FileLocks.NO_LIMIT))
                    .toList();
            Traces.awaitWaiters(lockFile, CROWD);
            cancelled.forEach(future -> future.cancel(true));
            Traces.awaitWaiters(lockFile, 0);
            assertThat(threads.most()).as("threads for those who are cancelled").isLessThanOrEqualTo(HANDFUL);
            List<CompletableFuture<Void>> impatient = crowd(Duration.ofSeconds(2), served);
            for (CompletableFuture<Void> one : impatient) {
                assertThatThrownBy(() -> one.get(30, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(LockNotAcquiredException.class);
            }
            // Each end is told by a worker, since callbacks may block; a busy machine needs some more of them.
            assertThat(threads.most())
                    .as("threads for those whose time is over")
                    .isLessThan(CROWD / 10);
        }
        assertThat(served).isEmpty();
    }

    @Test
    void virtualThreadsShareAFewThreadsAndAllGetTheLock() throws Exception {
        int crowd = Threads.hasVirtual() ? CROWD : 200;
        AtomicInteger served = new AtomicInteger();
        try (Peak threads = Peak.observe()) {
            List<InThread<Void>> waiters = IntStream.range(0, crowd)
                    .mapToObj(i -> InThread.<Void>startVirtual(() -> {
                        try (HeldLock lock = locks.acquire(target)) {
                            assertThat(lock.isHeld()).isTrue();
                            served.incrementAndGet();
                        }
                        return null;
                    }))
                    .toList();
            Traces.awaitWaiters(lockFile, crowd);
            assertThat(threads.most()).as("threads while all wait").isLessThanOrEqualTo(HANDFUL);
            foreigner.unlock();
            for (InThread<Void> waiter : waiters) {
                waiter.result(Duration.ofSeconds(60));
            }
            // Each hand-over takes two short tasks, and a busy machine lets a few of them overlap.
            assertThat(threads.most()).as("threads while all are served").isLessThanOrEqualTo(5 * HANDFUL);
        }
        assertThat(served).hasValue(crowd);
    }

    @Test
    @DisplayName("I26: the engine's threads have no context class loader, and end when they have nothing to do")
    void theThreadsOfTheEngineEndWhenIdle() throws Exception {
        CompletableFuture<HeldLock> future = locks.acquireAsync(target, Duration.ofSeconds(30));
        Traces.awaitKernelWaiter(lockFile);
        List<Thread> own = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("filelocked-"))
                .toList();
        assertThat(own).extracting(Thread::getName).contains("filelocked-watch", "filelocked-worker");
        assertThat(own).allSatisfy(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getContextClassLoader()).isNull();
        });
        foreigner.unlock();
        future.get(20, TimeUnit.SECONDS).close();
        long start = System.nanoTime();
        await().pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(10))
                .until(() -> Threads.ofTheEngine().isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }
}
