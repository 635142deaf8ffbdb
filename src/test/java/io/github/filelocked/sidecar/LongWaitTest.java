package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LongWaitTest {

    private Path file;
    private Logged logged;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
        logged = new Logged();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        logged.close();
        Traces.assertNothingHeldIn(file.getParent());
    }

    private static FileLocks every(Duration interval) {
        return FileLocks.builder().longWaitLogInterval(interval).build();
    }

    private void awaitLines(int number) {
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> logged.messages().size() >= number);
    }

    @Test
    void aLongWaitIsReportedAgainAndAgainAndNamesTheHolder() throws Exception {
        FileLocks locks = every(Duration.ofMillis(10));
        HeldLocks held = locks.acquireAll(List.of(LockTarget.file(file)), Duration.ZERO, LockOrigin.of("Jobs.hold"));
        InThread<Void> waiter = InThread.start(() -> {
            Thread.currentThread().setName("the waiter");
            locks.acquireAll(List.of(LockTarget.file(file)), FileLocks.NO_LIMIT, LockOrigin.of("Jobs.wait"))
                    .close();
            return null;
        });
        awaitLines(2);
        held.close();
        waiter.result();
        assertThat(logged.messages().get(1))
                .startsWith("WARNING thread \"the waiter\" has waited 0 s for the lock on " + file)
                .contains("(lock file " + file + ".lock) for Jobs.wait")
                .contains("held by pid " + ProcessHandle.current().pid())
                .contains("in Jobs.hold, since ");
    }

    private LongWait waiting(Path awaited, Duration interval, Supplier<LockHolder> holder) {
        LockTarget target = LockTarget.file(awaited);
        LockRequest request =
                new LockRequest(target, every(Duration.ZERO).lockFile(target), FileLocks.NO_LIMIT, LockOrigin.NONE);
        LongWait wait = new LongWait(request, interval, holder);
        wait.begin();
        return wait;
    }

    /** A record may be on a network file system that does not answer. */
    @Test
    void aHolderThatCannotBeToldIsAskedOnce() {
        CompletableFuture<LockHolder> answer =
                new CompletableFuture<LockHolder>().completeOnTimeout(null, 20, TimeUnit.SECONDS);
        AtomicInteger asked = new AtomicInteger();
        List<LongWait> waits = List.of(
                waiting(file, Duration.ofMillis(1), answer::join),
                waiting(file.resolveSibling("y"), Duration.ofMillis(1), () -> {
                    asked.incrementAndGet();
                    return null;
                }));
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> asked.get() >= 10);
        long reporting = Thread.getAllStackTraces().values().stream()
                .filter(frames -> Arrays.stream(frames)
                        .anyMatch(frame -> frame.getClassName().equals(LongWaits.class.getName())
                                && frame.getMethodName().equals("report")))
                .count();
        answer.complete(null);
        waits.forEach(LongWait::close);
        assertThat(reporting).isBetween(1L, 2L);
    }

    @Test
    void aWaitThatIsOverIsNotAskedForItsHolder() {
        List<String> asked = new ArrayList<>();
        LongWait wait = waiting(file, Duration.ofHours(1), () -> {
            asked.add("holder");
            return null;
        });
        wait.close();
        LongWaits.report(LongWaits.Topic.of(wait));
        assertThat(asked).isEmpty();
        assertThat(logged.messages()).isEmpty();
    }

    @Test
    void aWaitForAnotherProcessIsReportedToo() throws Exception {
        FileLocks locks = every(Duration.ofMillis(10));
        try (ForeignHolder foreigner = ForeignHolder.start().lock(locks.lockFile(file))) {
            InThread<Void> waiter = InThread.start(() -> {
                locks.acquire(file).close();
                return null;
            });
            awaitLines(1);
            foreigner.unlock();
            waiter.result();
        }
        assertThat(logged.messages().get(0))
                .contains(file.toString())
                .matches(".*held by pid \\d+ \\(java\\), which left no record");
    }

    @Test
    void aWaitThatEndsBeforeIsNotReported() throws Exception {
        FileLocks locks = every(Duration.ofHours(1));
        try (HeldLock held = locks.acquire(file)) {
            assertThat(held.isHeld()).isTrue();
            assertThat(InThread.call(() -> locks.tryAcquire(file, Duration.ofMillis(50))))
                    .isEmpty();
        }
        assertThat(logged.messages()).isEmpty();
    }

    @Test
    void linesDoNotComeMoreOftenThanTheyShould() throws Exception {
        FileLocks locks = every(Duration.ofMillis(200));
        HeldLock held = locks.acquire(file);
        long start = System.nanoTime();
        InThread<Void> waiter = InThread.start(() -> {
            locks.acquire(file).close();
            return null;
        });
        awaitLines(3);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(600));
        held.close();
        waiter.result();
    }

    @Test
    void zeroSwitchesTheReportOff() throws Exception {
        assertSilent(every(Duration.ZERO));
    }

    @Test
    void anotherOnesShortIntervalIsNotOnesOwn() throws Exception {
        assertSilent(every(Duration.ofHours(1)));
    }

    private void assertSilent(FileLocks silent) throws Exception {
        FileLocks loud = every(Duration.ofMillis(1));
        HeldLock held = silent.acquire(file);
        InThread<Void> quiet = InThread.start(() -> {
            silent.acquire(file).close();
            return null;
        });
        Traces.awaitWaiters(held.lockFile(), 1);
        // The other's lines show that the time was long enough for some.
        InThread<Void> other = InThread.start(() -> {
            Thread.currentThread().setName("loud");
            loud.acquire(file).close();
            return null;
        });
        awaitLines(2);
        held.close();
        other.result();
        quiet.result();
        assertThat(logged.messages()).isNotEmpty().allMatch(line -> line.contains("thread \"loud\""));
    }
}
