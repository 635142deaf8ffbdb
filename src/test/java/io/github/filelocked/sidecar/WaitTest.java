package io.github.filelocked.sidecar;

import static io.github.filelocked.fixture.FaultyFileSystem.Call.LOCK;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.OPEN;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.TRY_LOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WaitTest {

    private static final Duration SOME_TIME = Duration.ofMillis(150);

    /** Ends "soon after": far more than a busy machine needs, and far less than the next order of magnitude. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static ForeignHolder foreigner;

    private final FileLocks locks = FileLocks.create();
    private Path file;

    @BeforeAll
    static void startTheOtherProcess() throws IOException {
        foreigner = ForeignHolder.start();
    }

    @AfterAll
    static void endTheOtherProcess() {
        foreigner.close();
    }

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(file.getParent());
    }

    private void assertWaitsItsWholeTime(LockTarget target) throws Exception {
        InThread.call(() -> {
            long start = System.nanoTime();
            LockNotAcquiredException busy =
                    catchThrowableOfType(LockNotAcquiredException.class, () -> locks.acquire(target, SOME_TIME));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isBetween(SOME_TIME, SOME_TIME.plus(SOON));
            assertThat(busy.waited()).isBetween(SOME_TIME, took);
            assertThat(busy.resource()).isEqualTo(file);
            assertThat(busy.lockFile()).isEqualTo(locks.lockFile(target));
            return null;
        });
    }

    private void assertGivesUpAtOnce(LockTarget target) throws Exception {
        InThread.call(() -> {
            assertThatThrownBy(() -> locks.acquire(target, Duration.ZERO))
                    .isInstanceOf(LockNotAcquiredException.class)
                    .hasMessageContaining("not at all (one attempt)");
            assertThat(locks.tryAcquire(target)).isEmpty();
            return null;
        });
    }

    /** Interrupts a waiter, which must then hold nothing and still be marked as interrupted. */
    private static void assertEndsByInterrupt(InThread<?> waiter) {
        waiter.thread().interrupt();
        assertThatThrownBy(waiter::result)
                .isInstanceOf(LockInterruptedException.class)
                .hasMessageContaining("nothing is held, and the flag is set");
    }

    /** Waits without limit. The flag is looked at where the exception is caught, in the thread itself. */
    private InThread<Void> waiter(LockTarget target) {
        return InThread.start(() -> {
            try (HeldLock lock = locks.acquire(target)) {
                assertThat(lock.isHeld()).isTrue();
                return null;
            } catch (LockInterruptedException interrupted) {
                assertThat(Thread.interrupted()).as("the flag").isTrue();
                throw interrupted;
            }
        });
    }

    @Nested
    class WhileAnotherThreadHoldsIt {

        private HeldLock held;

        @BeforeEach
        void hold() {
            held = locks.acquire(file);
        }

        @AfterEach
        void release() {
            held.close();
        }

        @Test
        @DisplayName("I10: a timed wait uses its whole time and ends soon after it")
        void aTimedWaitUsesItsWholeTime() throws Exception {
            assertWaitsItsWholeTime(LockTarget.file(file));
            assertWaitsItsWholeTime(LockTarget.file(file).shared());
        }

        @Test
        @DisplayName("I10: so does one that is not the first in the queue")
        void aTimedWaitInTheQueueUsesItsWholeTime() throws Exception {
            InThread<Void> first = waiter(LockTarget.file(file));
            Traces.awaitWaiters(held.lockFile(), 1);
            assertWaitsItsWholeTime(LockTarget.file(file));
            held.close();
            first.result();
        }

        @Test
        @DisplayName("I10, I2: zero is one attempt, which opens nothing while this JVM holds the sidecar")
        void zeroIsOneAttempt() throws Exception {
            assertGivesUpAtOnce(LockTarget.file(file));
            FaultyFileSystem files = new FaultyFileSystem();
            LockTarget target = LockTarget.file(files.path(file.resolveSibling("y")));
            try (HeldLock other = locks.acquire(target)) {
                files.forget();
                assertThat(InThread.call(() -> locks.tryAcquire(target))).isEmpty();
                assertThat(InThread.call(() -> locks.tryAcquire(target, Duration.ofMillis(5))))
                        .isEmpty();
                assertThat(files.calls()).doesNotContain(OPEN, TRY_LOCK, LOCK);
                assertThat(other.isHeld()).isTrue();
            }
        }

        @Test
        @DisplayName("I10: what is freed in time is had at once")
        void aWaiterHasItAsSoonAsItIsFree() throws Exception {
            InThread<Duration> waiter = InThread.start(() -> {
                long start = System.nanoTime();
                locks.acquire(file, Duration.ofHours(1)).close();
                return Duration.ofNanos(System.nanoTime() - start);
            });
            Traces.awaitWaiters(held.lockFile(), 1);
            held.close();
            assertThat(waiter.result()).isLessThan(SOON);
        }

        @Test
        @DisplayName("I2: who has waited has the claim to the end of its hold")
        void whoHasWaitedIsTheHolder() throws Exception {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch mayLeave = new CountDownLatch(1);
            InThread<Void> waiter = InThread.start(() -> {
                try (HeldLock lock = locks.acquire(file)) {
                    entered.countDown();
                    assertThat(mayLeave.await(20, TimeUnit.SECONDS) && lock.isHeld())
                            .isTrue();
                    return null;
                }
            });
            Path sidecar = held.lockFile();
            Traces.awaitWaiters(sidecar, 1);
            held.close();
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Traces.claims()).containsKey(sidecar);
            LockNotAcquiredException busy =
                    catchThrowableOfType(LockNotAcquiredException.class, () -> locks.acquire(file, Duration.ZERO));
            assertThat(busy.holder())
                    .get()
                    .extracting(LockHolder::thread)
                    .isEqualTo(waiter.thread().getName());
            mayLeave.countDown();
            waiter.result();
        }

        @Test
        void thoseWhoWaitAreServedInTheOrderOfTheirComing() throws Exception {
            Path sidecar = held.lockFile();
            List<Integer> served = new CopyOnWriteArrayList<>();
            List<InThread<Void>> waiters = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                int number = i;
                LockTarget target = i % 3 == 0 ? LockTarget.file(file).shared() : LockTarget.file(file);
                waiters.add(InThread.start(() -> {
                    try (HeldLock lock = locks.acquire(target)) {
                        assertThat(lock.isHeld()).isTrue();
                        served.add(number);
                    }
                    return null;
                }));
                Traces.awaitWaiters(sidecar, i);
            }
            assertThat(locks.tryAcquire(file)).as("the holder enters again").hasValueSatisfying(HeldLock::close);
            held.close();
            for (InThread<Void> waiter : waiters) {
                waiter.result();
            }
            assertThat(served).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        }

        @Test
        @DisplayName("I11: an interrupt in the queue leaves nothing, and the queue goes on")
        void anInterruptedWaiterLeavesTheQueue() throws Exception {
            Path sidecar = held.lockFile();
            InThread<Void> head = waiter(LockTarget.file(file));
            Traces.awaitWaiters(sidecar, 1);
            InThread<Void> second = waiter(LockTarget.file(file));
            Traces.awaitWaiters(sidecar, 2);
            InThread<Void> third = waiter(LockTarget.file(file).shared());
            Traces.awaitWaiters(sidecar, 3);
            assertEndsByInterrupt(second);
            Traces.awaitWaiters(sidecar, 2);
            assertEndsByInterrupt(head);
            Traces.awaitWaiters(sidecar, 1);
            assertThat(held.isHeld()).isTrue();
            assertThat(third.isDone()).isFalse();
            held.close();
            third.result();
        }

        @Test
        @DisplayName("I12: a waiter uses no CPU to speak of")
        void aWaiterUsesNoCpu() throws Exception {
            assertThat(cpuOfAWait()).isLessThan(SOME_TIME.dividedBy(3));
        }
    }

    @Nested
    class WhileAnotherProcessHoldsIt {

        private Path sidecar;

        @BeforeEach
        void hold() throws Exception {
            sidecar = locks.lockFile(file);
            foreigner.lock(sidecar);
        }

        @AfterEach
        void release() throws Exception {
            foreigner.unlock();
        }

        @Test
        @DisplayName("I10: a timed wait uses its whole time and ends soon after it")
        void aTimedWaitUsesItsWholeTime() throws Exception {
            assertWaitsItsWholeTime(LockTarget.file(file));
            assertWaitsItsWholeTime(LockTarget.file(file).shared());
        }

        @Test
        @DisplayName("I10, I3: zero is one attempt, which opens once and does not wait")
        void zeroIsOneAttempt() throws Exception {
            assertGivesUpAtOnce(LockTarget.file(file));
            FaultyFileSystem files = new FaultyFileSystem();
            assertThat(locks.tryAcquire(files.path(file))).isEmpty();
            assertThat(files.count(OPEN)).isEqualTo(1);
            assertThat(files.count(TRY_LOCK))
                    .as("the lock byte, and another one that tells a busy lock from a denied one")
                    .isEqualTo(2);
            assertThat(files.count(LOCK)).isZero();
        }

        @Test
        @DisplayName("I3: every attempt opens anew")
        void everyAttemptOpensAnew() {
            FaultyFileSystem files = new FaultyFileSystem();
            for (int attempt = 1; attempt <= 3; attempt++) {
                assertThat(locks.tryAcquire(files.path(file))).isEmpty();
                assertThat(files.count(OPEN)).isEqualTo(attempt);
                assertThat(files.count(FaultyFileSystem.Call.CLOSE)).isEqualTo(attempt);
            }
        }

        @Test
        @DisplayName("I6: a loser changes nothing")
        void aLoserChangesNothing() throws Exception {
            Traces traces = Traces.of(file.getParent());
            assertThat(locks.tryAcquire(file)).isEmpty();
            assertThat(locks.tryAcquire(LockTarget.file(file).shared())).isEmpty();
            assertThat(locks.tryAcquire(file, Duration.ofMillis(20))).isEmpty();
            traces.assertNone();
        }

        @Test
        void aWaiterHasItAsSoonAsItIsFree() throws Exception {
            InThread<Void> waiter = waiter(LockTarget.file(file));
            Traces.awaitKernelWaiter(sidecar);
            assertThat(waiter.isDone()).isFalse();
            foreigner.unlock();
            waiter.result();
        }

        @Test
        @DisplayName("I11: an interrupt in the kernel leaves nothing, and those behind it go on")
        void anInterruptedWaiterLeavesTheKernel() throws Exception {
            InThread<Void> head = waiter(LockTarget.file(file));
            Traces.awaitKernelWaiter(sidecar);
            InThread<Void> second = waiter(LockTarget.file(file));
            Traces.awaitWaiters(sidecar, 2);
            assertEndsByInterrupt(head);
            Traces.awaitKernelWaiter(sidecar);
            assertThat(second.isDone()).isFalse();
            foreigner.unlock();
            second.result();
        }

        @Test
        @DisplayName("I11: an interrupt just when the wait is over is either a lock or an interrupt")
        void anInterruptAtTheLastMomentLosesNothing() throws Exception {
            for (int round = 0; round < 50; round++) {
                foreigner.lock(sidecar);
                InThread<Void> waiter = waiter(LockTarget.file(file));
                Traces.awaitKernelWaiter(sidecar);
                InThread<Void> interrupt = InThread.start(() -> {
                    waiter.thread().interrupt();
                    return null;
                });
                foreigner.unlock();
                interrupt.result();
                try {
                    waiter.result();
                } catch (LockInterruptedException interrupted) {
                    assertThat(interrupted).hasMessageContaining(file.toString());
                }
                Traces.assertNothingHeldIn(file.getParent());
                locks.tryAcquire(file).orElseThrow().close();
            }
        }

        @Test
        @DisplayName("I12: a waiter uses no CPU to speak of")
        void aWaiterUsesNoCpu() throws Exception {
            assertThat(cpuOfAWait()).isLessThan(SOME_TIME.dividedBy(3));
        }
    }

    @Nested
    class InterruptedBefore {

        @Test
        @DisplayName("I11: does not even try to wait")
        void doesNotEvenTry() throws Exception {
            Traces traces = Traces.of(file.getParent());
            InThread.call(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> locks.acquire(file)).isInstanceOf(LockInterruptedException.class);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return null;
            });
            traces.assertNone();
        }

        @Test
        @DisplayName("I11: makes a single attempt as Lock.tryLock() does, and keeps its flag")
        void makesASingleAttempt() throws Exception {
            Path busy = file.resolveSibling("busy");
            try (HeldLock other = locks.acquire(busy)) {
                InThread.call(() -> {
                    Thread.currentThread().interrupt();
                    HeldLock lock = locks.tryAcquire(file).orElseThrow();
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(locks.tryAcquire(busy)).isEmpty();
                    lock.close();
                    assertThat(Thread.interrupted()).isTrue();
                    return null;
                });
                assertThat(other.isHeld()).isTrue();
            }
            Traces.assertNothingHeldIn(file.getParent());
        }

        @Test
        @DisplayName("I11: an interrupt at any call of an attempt or a release leaves nothing but the flag")
        void leavesNothingWhereverItComes() throws Exception {
            FaultyFileSystem files = new FaultyFileSystem();
            Path resource = files.path(file);
            for (int n = 1, interrupts = 1; interrupts > 0; n++) {
                files.failAt(n, () -> {
                    Thread.currentThread().interrupt();
                    return new ClosedByInterruptException();
                });
                boolean flag;
                try {
                    locks.acquire(resource).close();
                } catch (FileLockingException interrupted) {
                    assertThat(interrupted).isNotInstanceOf(LockNotAcquiredException.class);
                } finally {
                    flag = Thread.interrupted();
                }
                interrupts = files.failed() == null ? 0 : 1;
                assertThat(flag).as("the flag after " + files.failed()).isEqualTo(interrupts > 0);
                files.heal();
                Traces.assertNothingHeldIn(file.getParent());
            }
            locks.tryAcquire(resource).orElseThrow().close();
        }
    }

    private Duration cpuOfAWait() throws Exception {
        return InThread.call(() -> {
            // Once before, so that classes are loaded by then.
            assertThat(locks.tryAcquire(file, Duration.ofMillis(1))).isEmpty();
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            assertThat(locks.tryAcquire(file, SOME_TIME)).isEmpty();
            return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        });
    }
}
