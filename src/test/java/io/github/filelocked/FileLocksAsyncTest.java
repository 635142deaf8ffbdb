package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileLocksAsyncTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    private final FileLocks locks = FileLocks.create();
    private LockTarget target;
    private LockTarget other;

    @BeforeEach
    void resolveTheFiles(@TempDir Path temporary) throws IOException {
        target = LockTarget.file(temporary.toRealPath().resolve("x"));
        other = LockTarget.file(temporary.toRealPath().resolve("y"));
    }

    @AfterEach
    void nothingIsLeftBehind() {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> Traces.assertNothingHeldIn(target.resource().getParent()));
    }

    private static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Nested
    class WhenItIsFree {

        @Test
        void theLockBelongsToNoThread() throws Exception {
            try (HeldLock lock = result(locks.acquireAsync(target, Duration.ZERO))) {
                assertThat(lock.isHeld()).isTrue();
                assertThat(lock.path()).isEqualTo(target.resource());
                assertThat(locks.tryAcquire(target))
                        .as("an attempt of the caller")
                        .isEmpty();
            }
        }

        @Test
        void itMayBeClosedByAnyThread() throws Exception {
            HeldLock lock = result(locks.acquireAsync(target, Duration.ZERO));
            InThread.call(() -> {
                lock.close();
                return null;
            });
            assertThat(lock.isHeld()).isFalse();
            locks.tryAcquire(target).orElseThrow().close();
        }

        @Test
        void attachingGivesItToTheThreadWhichMayEnterAgain() throws Exception {
            HeldLock lock = result(locks.acquireAsync(target, Duration.ZERO));
            assertThat(lock.attach()).isSameAs(lock);
            locks.tryAcquire(target).orElseThrow().close();
            assertThat(InThread.call(() -> locks.tryAcquire(target))).isEmpty();
            lock.close();
        }

        @Test
        void ensureHeldPassesUntilItIsClosed() throws Exception {
            HeldLock lock = result(locks.acquireAsync(target, Duration.ZERO));
            assertThat(lock.ensureHeld()).isSameAs(lock);
            lock.close();
            assertThatThrownBy(lock::ensureHeld).isInstanceOf(LockNotHeldException.class);
            assertThatThrownBy(lock::attach).isInstanceOf(LockNotHeldException.class);
        }

        @Test
        void aTimeoutThatIsNoneIsRejectedAtOnce() {
            assertThatIllegalArgumentException().isThrownBy(() -> locks.acquireAsync(target, Duration.ofNanos(-1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> locks.acquireAllAsync(List.of(), SHORT, LockOrigin.NONE));
        }

        @Test
        void severalAreHeldTogether() throws Exception {
            HeldLocks held = result(locks.acquireAllAsync(List.of(other, target), SHORT, LockOrigin.NONE));
            assertThat(held.locks()).extracting(HeldLock::path).containsExactly(other.resource(), target.resource());
            held.close();
        }
    }

    @Nested
    class WhileAnotherThreadHoldsIt {

        private HeldLock held;

        @BeforeEach
        void hold() {
            held = locks.acquire(target).detach();
        }

        @AfterEach
        void release() {
            held.close();
        }

        @Test
        void theFutureFailsWhenTheTimeIsOver() {
            long start = System.nanoTime();
            CompletableFuture<HeldLock> future = locks.acquireAsync(target, SHORT);
            assertThatThrownBy(() -> result(future)).hasCauseInstanceOf(LockNotAcquiredException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(10));
        }

        @Test
        void zeroIsOneAttempt() {
            CompletableFuture<HeldLock> future = locks.acquireAsync(target, Duration.ZERO);
            assertThatThrownBy(() -> result(future)).hasCauseInstanceOf(LockNotAcquiredException.class);
        }

        @Test
        void theFutureCompletesWhenItIsFreed() throws Exception {
            CompletableFuture<HeldLock> future = locks.acquireAsync(target, FileLocks.NO_LIMIT);
            Traces.awaitWaiters(held.lockFile(), 1);
            assertThat(future).isNotDone();
            held.close();
            result(future).close();
        }

        @Test
        void aCancelledOneLeavesTheLineAndTheNextGetsIt() throws Exception {
            CompletableFuture<HeldLock> first = locks.acquireAsync(target, FileLocks.NO_LIMIT);
            CompletableFuture<HeldLock> second = locks.acquireAsync(target, FileLocks.NO_LIMIT);
            Traces.awaitWaiters(held.lockFile(), 2);
            assertThat(first.cancel(true)).isTrue();
            Traces.awaitWaiters(held.lockFile(), 1);
            held.close();
            result(second).close();
        }

        @Test
        void oneOfSeveralThatIsBusyGivesTheOthersBack() throws Exception {
            CompletableFuture<HeldLocks> future = locks.acquireAllAsync(List.of(target, other), SHORT, LockOrigin.NONE);
            assertThatThrownBy(() -> result(future)).hasCauseInstanceOf(LockNotAcquiredException.class);
            locks.acquire(other, Duration.ofSeconds(10)).close();
        }

        @Test
        void severalThatAreCancelledGiveBackWhatTheyHave() {
            CompletableFuture<HeldLocks> future =
                    locks.acquireAllAsync(List.of(target, other), FileLocks.NO_LIMIT, LockOrigin.NONE);
            Traces.awaitWaiters(held.lockFile(), 1);
            assertThat(future.cancel(true)).isTrue();
            Traces.awaitWaiters(held.lockFile(), 0);
            locks.acquire(other, Duration.ofSeconds(10)).close();
        }
    }

    @Nested
    class WhileAnotherProcessHoldsIt {

        @Test
        void aCancelledWaitLeavesTheKernel() throws Exception {
            try (ForeignHolder foreigner = ForeignHolder.start()) {
                Path lockFile = locks.lockFile(target);
                foreigner.lock(lockFile);
                CompletableFuture<HeldLock> future = locks.acquireAsync(target, FileLocks.NO_LIMIT);
                Traces.awaitKernelWaiter(lockFile);
                assertThat(future.cancel(true)).isTrue();
                nothingIsLeftBehind();
                foreigner.unlock();
                locks.tryAcquire(target).orElseThrow().close();
            }
        }
    }
}
