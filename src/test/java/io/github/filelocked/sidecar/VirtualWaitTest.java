package io.github.filelocked.sidecar;

import static io.github.filelocked.fixture.FaultyFileSystem.Call.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Threads;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads on a JDK that has them; platform threads on an older one, which says so. */
@DisplayName("I22: no wait of a virtual thread harms its JVM")
@Timeout(60)
class VirtualWaitTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Far more than a busy machine needs, and far less than the holder holds. */
    private static final Duration SOON = Duration.ofSeconds(3);

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
        awaitNothingHeld();
    }

    /** The descriptor of a wait that was given up is closed by a worker. */
    private void awaitNothingHeld() {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> Traces.assertNothingHeldIn(file.getParent()));
    }

    /** The JDK has one thread for all of these timers, so a wait that blocks it stops them all. */
    private static void assertTimersRun() {
        assertThatThrownBy(() -> new CompletableFuture<Void>()
                        .orTimeout(10, TimeUnit.MILLISECONDS)
                        .get(SOON.toMillis(), TimeUnit.MILLISECONDS))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    private InThread<Void> virtualWaiter(LockTarget target, Duration timeout) {
        return InThread.startVirtual(() -> {
            try (HeldLock lock = locks.acquire(target, timeout)) {
                assertThat(lock.isHeld()).isTrue();
                return null;
            } catch (LockInterruptedException interrupted) {
                assertThat(Thread.interrupted()).as("the flag").isTrue();
                throw interrupted;
            }
        });
    }

    @Nested
    class WhileAnotherProcessHoldsIt {

        private Path lockFile;

        @BeforeEach
        void hold() throws Exception {
            lockFile = locks.lockFile(file);
            foreigner.lock(lockFile);
        }

        @AfterEach
        void release() throws Exception {
            foreigner.unlock();
        }

        @Test
        void aTimedWaitEndsInTimeAndTimersRunMeanwhileAndAfterwards() throws Exception {
            for (LockTarget target : new LockTarget[] {
                LockTarget.file(file), LockTarget.file(file).shared()
            }) {
                long start = System.nanoTime();
                InThread<Void> waiter = virtualWaiter(target, SECOND);
                Traces.awaitKernelWaiter(lockFile);
                assertTimersRun();
                assertThatThrownBy(waiter::result).isInstanceOf(LockNotAcquiredException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SECOND, SECOND.plus(SOON));
                assertTimersRun();
            }
        }

        @Test
        void anInterruptEndsTheWaitAtOnceAndDoesNotBlockItsSender() throws Exception {
            InThread<Void> waiter = virtualWaiter(LockTarget.file(file), FileLocks.NO_LIMIT);
            Traces.awaitKernelWaiter(lockFile);
            long start = System.nanoTime();
            waiter.thread().interrupt();
            assertThatThrownBy(waiter::result).isInstanceOf(LockInterruptedException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            awaitNothingHeld();
            assertTimersRun();
        }

        @Test
        void anInterruptedWaiterDoesNotGoOnTrying() throws Exception {
            FaultyFileSystem files = new FaultyFileSystem();
            LockTarget target = LockTarget.file(files.path(file));
            InThread<Void> waiter = virtualWaiter(target, FileLocks.NO_LIMIT);
            Traces.awaitKernelWaiter(lockFile);
            long opened = files.count(OPEN);
            waiter.thread().interrupt();
            assertThatThrownBy(waiter::result).isInstanceOf(LockInterruptedException.class);
            awaitNothingHeld();
            assertThat(files.count(OPEN)).isLessThanOrEqualTo(opened + 1);
        }

        @Test
        void thoseBehindAnInterruptedWaiterGetTheLock() throws Exception {
            InThread<Void> head = virtualWaiter(LockTarget.file(file), FileLocks.NO_LIMIT);
            Traces.awaitKernelWaiter(lockFile);
            InThread<Void> second = virtualWaiter(LockTarget.file(file), FileLocks.NO_LIMIT);
            Traces.awaitWaiters(lockFile, 2);
            InThread<HeldLock> third = InThread.start(() -> locks.acquire(file));
            Traces.awaitWaiters(lockFile, 3);
            head.thread().interrupt();
            assertThatThrownBy(head::result).isInstanceOf(LockInterruptedException.class);
            Traces.awaitWaiters(lockFile, 2);
            foreigner.unlock();
            second.result();
            third.result().close();
        }

        @Test
        void aWaiterHasItAsSoonAsItIsFree() throws Exception {
            InThread<Void> waiter = virtualWaiter(LockTarget.file(file), FileLocks.NO_LIMIT);
            Traces.awaitKernelWaiter(lockFile);
            long start = System.nanoTime();
            foreigner.unlock();
            waiter.result();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    @Nested
    class WhileAThreadOfThisJvmHoldsIt {

        @Test
        void itParksAndTakesItsTurn() throws Exception {
            HeldLock held = locks.acquire(file);
            InThread<Void> waiter = virtualWaiter(LockTarget.file(file), FileLocks.NO_LIMIT);
            Traces.awaitWaiters(held.lockFile(), 1);
            InThread<Void> impatient = virtualWaiter(LockTarget.file(file), Duration.ofMillis(100));
            assertThatThrownBy(impatient::result).isInstanceOf(LockNotAcquiredException.class);
            assertThat(waiter.isDone()).isFalse();
            held.close();
            waiter.result();
        }

        @Test
        void itMayEnterAgain() throws Exception {
            InThread<Boolean> virtual = InThread.startVirtual(() -> {
                try (HeldLock outer = locks.acquire(file);
                        HeldLock inner = locks.tryAcquire(file).orElseThrow()) {
                    return outer.isHeld() && inner.isHeld();
                }
            });
            assertThat(virtual.result()).isTrue();
        }
    }

    @Nested
    class WhenAnotherProcessHoldsManyFiles {

        /** From 256 blocked carriers on, the JDK adds no more. */
        private static final int MANY = 300;

        @Test
        void otherVirtualThreadsRunAndAllWaitersGetTheirLocksWhenTheyAreFreed() throws Exception {
            List<InThread<Void>> waiters = new ArrayList<>();
            Path last = null;
            for (int i = 0; i < MANY; i++) {
                last = locks.lockFile(file.resolveSibling("f" + i));
                foreigner.alsoLock(last);
            }
            CountDownLatch started = new CountDownLatch(MANY);
            for (int i = 0; i < MANY; i++) {
                Path mine = file.resolveSibling("f" + i);
                waiters.add(InThread.startVirtual(() -> {
                    started.countDown();
                    locks.acquire(mine, Duration.ofSeconds(40)).close();
                    return null;
                }));
            }
            assertThat(started.await(20, TimeUnit.SECONDS)).as("all run").isTrue();
            for (int i = 0; i < MANY; i++) {
                Traces.awaitWaiters(locks.lockFile(file.resolveSibling("f" + i)), 1);
            }
            Traces.awaitKernelWaiter(last);
            assertThat(InThread.startVirtual(() -> "runs").result(SOON)).isEqualTo("runs");
            assertTimersRun();
            foreigner.unlock();
            for (InThread<Void> waiter : waiters) {
                waiter.result();
            }
        }
    }

    @Test
    void aJdkWithVirtualThreadsRunsThem() throws Exception {
        boolean expected = Runtime.version().feature() >= 21;
        assertThat(Threads.hasVirtual()).isEqualTo(expected);
        Thread thread = InThread.startVirtual(Thread::currentThread).result();
        assertThat(EngineThreads.isVirtual(thread)).isEqualTo(expected);
    }
}
