package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("I22: the log of long waits is regular, short and complete, whatever else the JVM does")
@Timeout(120)
class LongWaitLogTest {

    private static final Duration INTERVAL = Duration.ofMillis(300);
    private static final Duration SHORT_INTERVAL = Duration.ofMillis(100);

    /** Four looks, each with a line for five files, and one that counts the others. */
    private static final int LINES_IN_AN_INTERVAL = 4 * 6;

    private Path file;
    private Logged logged;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
        logged = new Logged();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        logged.close();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> Traces.assertNothingHeldIn(file.getParent()));
    }

    private static FileLocks every(Duration interval) {
        return FileLocks.builder().longWaitLogInterval(interval).build();
    }

    private void awaitLines(int number) {
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> logged.messages().size() >= number);
    }

    private static void closeWhenAcquired(List<CompletableFuture<HeldLock>> waiters) throws Exception {
        for (CompletableFuture<HeldLock> waiter : waiters) {
            waiter.get(30, TimeUnit.SECONDS).close();
        }
    }

    /** The JDK's timers run on one thread, and most libraries' tasks in the common pool. */
    @Test
    void linesComeInTimeWhileTheCommonPoolAndTheJdksTimerAreBusy() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch timerIsBusy = new CountDownLatch(1);
        Runnable busy = () -> {
            boolean interrupted = false;
            while (over.getCount() > 0) {
                try {
                    over.await();
                } catch (InterruptedException deaf) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        };
        FileLocks locks = every(INTERVAL);
        HeldLock held = locks.acquire(file);
        try {
            IntStream.range(0, 64).forEach(i -> ForkJoinPool.commonPool().execute(busy));
            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, task -> {
                        timerIsBusy.countDown();
                        busy.run();
                    })
                    .execute(busy);
            assertThat(timerIsBusy.await(20, TimeUnit.SECONDS)).isTrue();
            InThread<Void> waiter = InThread.start(() -> {
                locks.acquire(file).close();
                return null;
            });
            Traces.awaitWaiters(held.lockFile(), 1);
            long start = System.nanoTime();
            awaitLines(4);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(
                            INTERVAL.multipliedBy(3), INTERVAL.multipliedBy(4).plusSeconds(2));
            held.close();
            waiter.result();
        } finally {
            over.countDown();
        }
    }

    @Test
    void aCrowdOfWaitersSharesALineThatCountsThem() throws Exception {
        int crowd = 10_000;
        FileLocks locks = every(SHORT_INTERVAL);
        HeldLock held = locks.acquire(file);
        List<CompletableFuture<HeldLock>> waiters = IntStream.range(0, crowd)
                .mapToObj(i -> locks.acquireAsync(LockTarget.file(file), FileLocks.NO_LIMIT))
                .toList();
        Traces.awaitWaiters(held.lockFile(), crowd);
        int before = logged.messages().size();
        long start = System.nanoTime();
        awaitLines(before + 5);
        long intervals = (System.nanoTime() - start) / SHORT_INTERVAL.toNanos() + 2;
        List<String> lines = new ArrayList<>(logged.messages());
        assertThat(lines.size() - before).isLessThanOrEqualTo((int) intervals);
        assertThat(lines.get(lines.size() - 1))
                .startsWith("WARNING thread \"" + Thread.currentThread().getName() + "\" and 9999 more have waited ")
                .contains(file.toString());
        waiters.subList(1, crowd).forEach(waiter -> waiter.cancel(true));
        held.close();
        closeWhenAcquired(waiters.subList(0, 1));
    }

    @Test
    void waitersForThousandsOfFilesShareAFewLines() throws Exception {
        int crowd = 3_000;
        FileLocks locks = every(SHORT_INTERVAL);
        List<HeldLock> held = new ArrayList<>();
        List<CompletableFuture<HeldLock>> waiters = new ArrayList<>();
        for (int i = 0; i < crowd; i++) {
            LockTarget target = LockTarget.file(file.resolveSibling("x" + i));
            held.add(locks.acquire(target));
            waiters.add(locks.acquireAsync(target, FileLocks.NO_LIMIT));
        }
        int before = logged.messages().size();
        long start = System.nanoTime();
        awaitLines(before + 100);
        long intervals = (System.nanoTime() - start) / SHORT_INTERVAL.toNanos() + 2;
        List<String> lines = List.copyOf(logged.messages());
        assertThat((long) lines.size() - before).isLessThanOrEqualTo(intervals * LINES_IN_AN_INTERVAL);
        assertThat(lines)
                .anyMatch(line -> line.matches(".* \\d+ threads have waited long for the locks on \\d+ more files"));
        waiters.subList(1, crowd).forEach(waiter -> waiter.cancel(true));
        held.forEach(HeldLock::close);
        closeWhenAcquired(waiters.subList(0, 1));
    }

    @Test
    void aVirtualThreadWithoutANameIsNamedByItsNumber() throws Exception {
        FileLocks locks = every(SHORT_INTERVAL);
        HeldLock held = locks.acquire(file);
        InThread<Void> waiter = InThread.startVirtual(() -> {
            locks.acquire(file).close();
            return null;
        });
        awaitLines(1);
        held.close();
        waiter.result();
        String name = waiter.thread().getName();
        assertThat(logged.messages().get(0))
                .contains("thread \""
                        + (name.isEmpty() ? "unnamed thread " + waiter.thread().getId() : name) + "\" has waited ");
    }
}
