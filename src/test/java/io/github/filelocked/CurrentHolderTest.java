package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CurrentHolderTest {

    private final FileLocks locks = FileLocks.create();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @Test
    void aFileThatWasNeverLockedHasNoHolderAndGetsNoLockFile() throws Exception {
        Traces before = Traces.of(file.getParent());
        assertThat(locks.holder(file)).isEmpty();
        before.assertNone();
    }

    @Test
    void aFreedFileHasNoHolderAndIsNotChanged() throws Exception {
        locks.acquire(file).close();
        Traces before = Traces.of(file.getParent());
        assertThat(locks.holder(file)).isEmpty();
        assertThat(locks.holder(LockTarget.file(file).shared())).isEmpty();
        before.assertNone();
    }

    @Test
    void aThreadOfThisJvmIsNamedWithItsOperationAndKeepsItsLock() throws Exception {
        try (HeldLocks held =
                locks.acquireAll(List.of(LockTarget.file(file)), FileLocks.NO_LIMIT, LockOrigin.of("Jobs.hold"))) {
            String name = Thread.currentThread().getName();
            LockHolder holder = InThread.call(() -> locks.holder(file)).orElseThrow();
            assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(holder.thread()).isEqualTo(name);
            assertThat(holder.operation()).isEqualTo("Jobs.hold");
            try (ForeignHolder foreigner = ForeignHolder.start()) {
                assertThat(catchThrowable(
                                () -> foreigner.lock(held.locks().get(0).lockFile())))
                        .as("still locked for other processes")
                        .hasMessageContaining("busy");
            }
        }
        assertThat(locks.holder(file)).isEmpty();
    }

    @Test
    void aThreadThatEndedWithoutReleasingIsNamedSoToThoseWhoAreTurnedAway() throws Exception {
        AtomicReference<HeldLock> leaked = new AtomicReference<>();
        Thread forgetful = new Thread(() -> leaked.set(locks.acquire(file)), "forgetful");
        forgetful.start();
        forgetful.join();
        try (HeldLock lock = leaked.get()) {
            assertThat(lock.isHeld()).isTrue();
            assertThatThrownBy(() -> locks.acquire(file, Duration.ZERO))
                    .isInstanceOf(LockNotAcquiredException.class)
                    .hasMessageContaining("\"forgetful (which has ended without releasing it)\"");
        }
    }

    @Test
    void aProgramWithoutThisLibraryIsNamedByItsProcessAndKeepsItsLock() throws Exception {
        try (ForeignHolder foreigner = ForeignHolder.start()) {
            foreigner.lock(locks.lockFile(file));
            LockHolder holder = locks.holder(file).orElseThrow();
            assertThat(ProcessHandle.current().children().map(ProcessHandle::pid))
                    .contains(holder.pid());
            assertThat(locks.tryAcquire(file)).isEmpty();
            foreigner.unlock();
            assertThat(locks.holder(file)).isEmpty();
        }
    }

    @Test
    void anInterruptedThreadMayAskAndKeepsItsFlag() throws Exception {
        try (ForeignHolder foreigner = ForeignHolder.start()) {
            foreigner.lock(locks.lockFile(file));
            boolean known = InThread.call(() -> {
                Thread.currentThread().interrupt();
                boolean found = locks.holder(file).isPresent();
                return found && Thread.interrupted();
            });
            assertThat(known).isTrue();
        }
    }

    @Test
    void askingAllTheTimeDisturbsNobody() throws Exception {
        locks.acquire(file).close();
        InThread<Integer> asking = InThread.start(() -> {
            int asked = 0;
            for (long start = System.nanoTime(); System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1); asked++) {
                var unused = locks.holder(file);
            }
            return asked;
        });
        int acquired = 0;
        while (!asking.isDone()) {
            locks.tryAcquire(file).orElseThrow().close();
            acquired++;
        }
        assertThat(asking.result()).isPositive();
        assertThat(acquired).isPositive();
        assertThat(Files.exists(locks.lockFile(file))).isTrue();
    }
}
