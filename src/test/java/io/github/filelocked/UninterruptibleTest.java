package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UninterruptibleTest {

    private static final Duration A_WHILE = Duration.ofMillis(500);

    private final FileLocks locks = FileLocks.create();
    private LockTarget target;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        target = LockTarget.file(temporary.toRealPath().resolve("x"));
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertThat(Thread.interrupted()).as("the flag of the test's thread").isFalse();
        Traces.assertNothingHeldIn(target.resource().getParent());
    }

    /** Acquires with the flag set before, and returns whether it is set afterwards. */
    private InThread<Boolean> interruptedBefore(Duration timeout) {
        return InThread.start(() -> {
            Thread.currentThread().interrupt();
            try (HeldLock lock = locks.acquireUninterruptibly(target, timeout)) {
                assertThat(lock.isHeld()).isTrue();
            }
            return Thread.currentThread().isInterrupted();
        });
    }

    @Test
    void aFreeOneIsAcquiredAndTheFlagIsKept() throws Exception {
        assertThat(interruptedBefore(Duration.ZERO).result()).isTrue();
        assertThat(interruptedBefore(A_WHILE).result()).isTrue();
        assertThat(interruptedBefore(FileLocks.NO_LIMIT).result()).isTrue();
    }

    @Test
    void withoutAnInterruptThereIsNoFlag() {
        locks.acquireUninterruptibly(target, A_WHILE).close();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anInterruptDoesNotEndAWaitForAThread() throws Exception {
        HeldLock held = locks.acquire(target);
        assertWaitsOnWhenInterrupted(held.lockFile(), held::close);
    }

    @Test
    void anInterruptDoesNotEndAWaitForAnotherProcess() throws Exception {
        try (ForeignHolder foreigner = ForeignHolder.start()) {
            Path lockFile = locks.lockFile(target);
            foreigner.lock(lockFile);
            assertWaitsOnWhenInterrupted(lockFile, () -> {
                Traces.awaitKernelWaiter(lockFile);
                foreigner.unlock();
            });
        }
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private void assertWaitsOnWhenInterrupted(Path lockFile, Action free) throws Exception {
        InThread<Boolean> waiter = InThread.start(() -> {
            locks.acquireUninterruptibly(target, FileLocks.NO_LIMIT).close();
            return Thread.interrupted();
        });
        for (int i = 0; i < 20; i++) {
            Traces.awaitWaiters(lockFile, 1);
            waiter.thread().interrupt();
        }
        Traces.awaitWaiters(lockFile, 1);
        assertThat(waiter.isDone()).isFalse();
        free.run();
        assertThat(waiter.result()).as("the flag").isTrue();
    }

    @Test
    void interruptsDoNotProlongTheTime() throws Exception {
        try (HeldLock held = locks.acquire(target)) {
            long start = System.nanoTime();
            InThread<Boolean> waiter = interruptedBefore(A_WHILE);
            Traces.awaitWaiters(held.lockFile(), 1);
            waiter.thread().interrupt();
            assertThatThrownBy(waiter::result).isInstanceOf(LockNotAcquiredException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(A_WHILE, Duration.ofSeconds(10));
        }
    }
}
