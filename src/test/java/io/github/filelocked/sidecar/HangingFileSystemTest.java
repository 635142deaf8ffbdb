package io.github.filelocked.sidecar;

import static io.github.filelocked.fixture.FaultyFileSystem.Call.LOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.Hang;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("I22: a file system that hangs stops the threads that use it, and no others")
@Timeout(60)
class HangingFileSystemTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration A_MOMENT = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(3);

    private static ForeignHolder foreigner;

    private final FileLocks locks = FileLocks.create();
    private final FaultyFileSystem files = new FaultyFileSystem();
    private Path directory;
    private Path sick;
    private Path healthy;

    @BeforeAll
    static void startTheOtherProcess() throws IOException {
        foreigner = ForeignHolder.start();
    }

    @AfterAll
    static void endTheOtherProcess() {
        foreigner.close();
    }

    @BeforeEach
    void resolveTheFiles(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        sick = files.path(directory.resolve("sick"));
        healthy = directory.resolve("healthy");
    }

    /** The hanging calls go on when the hang is over, and then leave nothing. */
    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        foreigner.unlock();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> Traces.assertNothingHeldIn(directory));
    }

    private static void assertTimersRun() {
        assertThatThrownBy(() -> new CompletableFuture<Void>()
                        .orTimeout(10, TimeUnit.MILLISECONDS)
                        .get(SOON.toMillis(), TimeUnit.MILLISECONDS))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    private static void assertEndsInTime(InThread<?> waiter, Duration timeout, long start) {
        assertThatThrownBy(waiter::result).isInstanceOf(LockNotAcquiredException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(timeout, timeout.plus(SOON));
    }

    private static <T> InThread<T> start(boolean virtual, Callable<T> work) {
        return virtual ? InThread.startVirtual(work) : InThread.start(work);
    }

    @Nested
    class WhileTheLockCallOfAWaiterHangs {

        private void assertHealthyWaitsEndInTime() throws Exception {
            for (boolean virtual : new boolean[] {false, true}) {
                long start = System.nanoTime();
                InThread<HeldLock> waiter = start(virtual, () -> locks.acquire(healthy, SECOND));
                Traces.awaitKernelWaiter(locks.lockFile(healthy));
                assertTimersRun();
                assertEndsInTime(waiter, SECOND, start);
                assertTimersRun();
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void aWaitOnAHealthyFileSystemEndsInTime(boolean virtual) throws Exception {
            foreigner.lock(locks.lockFile(directory.resolve("sick"))).alsoLock(locks.lockFile(healthy));
            InThread<HeldLock> sickWaiter;
            try (Hang hang = Hang.in(files, (call, path) -> call == LOCK).andCloses()) {
                sickWaiter = start(virtual, () -> locks.acquire(sick, A_MOMENT));
                hang.awaitReached();
                assertHealthyWaitsEndInTime();
            }
            assertThatThrownBy(sickWaiter::result).isInstanceOf(LockNotAcquiredException.class);
        }

        @Test
        void manySickWaitersDoNotDelayAHealthyOne() throws Exception {
            foreigner.lock(locks.lockFile(healthy));
            for (int i = 0; i < 20; i++) {
                foreigner.alsoLock(directory.resolve("sick" + i + ".lock"));
            }
            List<InThread<HeldLock>> sickWaiters = new ArrayList<>();
            CountDownLatch asking = new CountDownLatch(20);
            try (Hang hang = Hang.in(files, (call, path) -> {
                        if (call == LOCK) {
                            asking.countDown();
                        }
                        return call == LOCK;
                    })
                    .andCloses()) {
                for (int i = 0; i < 20; i++) {
                    Path one = files.path(directory.resolve("sick" + i));
                    sickWaiters.add(start(i % 2 == 0, () -> locks.acquire(one, A_MOMENT)));
                }
                hang.awaitReached();
                assertThat(asking.await(20, TimeUnit.SECONDS)).isTrue();
                assertHealthyWaitsEndInTime();
            }
            for (InThread<HeldLock> sickWaiter : sickWaiters) {
                assertThatThrownBy(sickWaiter::result).isInstanceOf(LockNotAcquiredException.class);
            }
        }

        @Test
        void anInterruptReleasesAVirtualWaiter() throws Exception {
            foreigner.lock(locks.lockFile(directory.resolve("sick")));
            try (Hang hang = Hang.in(files, (call, path) -> call == LOCK).andCloses()) {
                InThread<HeldLock> waiter = InThread.startVirtual(() -> locks.acquire(sick));
                hang.awaitReached();
                long start = System.nanoTime();
                waiter.thread().interrupt();
                if (EngineThreads.isVirtual(waiter.thread())) {
                    assertThatThrownBy(waiter::result).isInstanceOf(LockInterruptedException.class);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
                assertTimersRun();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"OPEN", "CREATE", "TRY_LOCK", "ATTRIBUTES", "READ", "WRITE", "LINK"})
    void whileAnAcquisitionHangsOthersTimeOutAndCanBeInterrupted(Call hanging) throws Exception {
        CountDownLatch mayStart = new CountDownLatch(1);
        InThread<Void> hung = InThread.start(() -> {
            assertThat(mayStart.await(20, TimeUnit.SECONDS)).isTrue();
            (hanging == Call.LINK ? permitted() : locks).acquire(sick).close();
            return null;
        });
        try (Hang hang = Hang.of(files, hanging, hung.thread())) {
            mayStart.countDown();
            hang.awaitReached();
            assertOthersTimeOutAndCanBeInterrupted();
        }
        hung.result();
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"WRITE", "UNLOCK", "CLOSE", "ATTRIBUTES"})
    void whileAReleaseHangsOthersTimeOutAndCanBeInterrupted(Call hanging) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch mayRelease = new CountDownLatch(1);
        InThread<Void> hung = InThread.start(() -> {
            HeldLock lock = locks.acquire(sick);
            held.countDown();
            assertThat(mayRelease.await(20, TimeUnit.SECONDS)).isTrue();
            lock.close();
            return null;
        });
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        try (Hang hang = Hang.of(files, hanging, hung.thread())) {
            mayRelease.countDown();
            hang.awaitReached();
            assertOthersTimeOutAndCanBeInterrupted();
        }
        hung.result();
    }

    /** With permissions of one's own a lock file is made under another name, and linked. */
    private static FileLocks permitted() {
        return FileLocks.builder()
                .lockFilePermissions(PosixFilePermissions.fromString("rw-------"))
                .build();
    }

    private void assertOthersTimeOutAndCanBeInterrupted() throws Exception {
        for (boolean virtual : new boolean[] {false, true}) {
            for (LockTarget target : new LockTarget[] {
                LockTarget.file(sick), LockTarget.file(sick).shared()
            }) {
                long start = System.nanoTime();
                assertEndsInTime(start(virtual, () -> locks.acquire(target, A_MOMENT)), A_MOMENT, start);
                assertThat(start(virtual, () -> locks.tryAcquire(target)).result(SOON))
                        .isEmpty();
                InThread<HeldLock> waiter = start(virtual, () -> locks.acquire(target));
                Traces.awaitWaiters(locks.lockFile(LockTarget.file(sick)), 1);
                waiter.thread().interrupt();
                assertThatThrownBy(waiter::result).isInstanceOf(LockInterruptedException.class);
                Traces.awaitWaiters(locks.lockFile(LockTarget.file(sick)), 0);
            }
        }
        assertThat(locks.tryAcquire(healthy)).hasValueSatisfying(HeldLock::close);
    }
}
