package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.sidecar.InterruptStormTest.Opponent;
import io.github.filelocked.sidecar.process.ChildJvm;
import io.github.filelocked.sidecar.process.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults of a body: against its own lock, and against the JVM that runs it. */
@Timeout(120)
class BodyFaultTest {

    private final FileLocks locks = FileLocks.create();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        Traces.assertNothingHeldIn(file.getParent());
        InThread.call(() -> locks.tryAcquire(file).orElseThrow()).close();
    }

    private void run(Runnable body) {
        try (HeldLock lock = locks.acquire(file);
                HeldLock again = locks.acquire(file)) {
            assertThat(lock.isHeld() && again.isHeld()).isTrue();
            body.run();
        }
    }

    @Test
    @DisplayName("I7, I9: a real StackOverflowError of the body comes out, and the lock is free")
    void aStackOverflowOfTheBodyComesOutAndTheLockIsFree() {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> run(() -> recurse(0))).isInstanceOf(StackOverflowError.class);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // On purpose.
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    @DisplayName("I7, I9: a recursion that acquires at every level until the stack overflows leaves no hold")
    void aRecursionThatAcquiresUntilTheStackOverflowsLeavesNoHold() throws Exception {
        run(() -> {}); // So that no class has to be loaded with the last of a stack.
        for (int i = 0; i < 20; i++) {
            InThread<Throwable> recursion = InThread.start(() -> catchThrowable(this::acquireAtEveryLevel));
            assertThat(recursion.result()).isInstanceOf(StackOverflowError.class);
            Traces.assertNothingHeldIn(file.getParent());
        }
    }

    @SuppressWarnings("InfiniteRecursion") // On purpose.
    private void acquireAtEveryLevel() {
        try (HeldLock lock = locks.acquire(file)) {
            if (lock.isHeld()) {
                acquireAtEveryLevel();
            }
        }
    }

    @Test
    @DisplayName("I7, I9: a real OutOfMemoryError of the body comes out, and the lock is free")
    void anOutOfMemoryErrorOfTheBodyComesOutAndTheLockIsFree() {
        List<Object> kept = new ArrayList<>();
        assertThatThrownBy(() -> run(() -> kept.add(new long[Integer.MAX_VALUE])))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(kept).isEmpty();
    }

    @Test
    @Tag("process")
    @DisplayName("I8, I2: a body that closes the lock itself lets others in, and its second close leaves theirs alone")
    void aBodyThatClosesTheLockItselfLetsOthersInWhomTheSecondCloseLeavesAlone() throws Exception {
        try (ForeignHolder other = ForeignHolder.start()) {
            HeldLock theirs;
            HeldLock lock = locks.acquire(file);
            try {
                lock.close();
                assertThat(lock.isHeld()).isFalse();
                assertThatThrownBy(lock::path).isInstanceOf(LockNotHeldException.class);
                theirs = InThread.call(() -> locks.acquire(file));
            } finally {
                lock.close();
            }
            assertThat(theirs.isHeld()).isTrue();
            assertThatThrownBy(() -> other.lock(theirs.lockFile())).hasMessageContaining("busy");
            theirs.close();
        }
    }

    @Test
    @Tag("process")
    @DisplayName("I17: a storm of garbage collections loses no lock")
    void aStormOfGarbageCollectionsLosesNoLock() throws Exception {
        Counter.create(file);
        int rounds = 20;
        int increments;
        try (ChildJvm opponent = ChildJvm.start(Opponent.class, file.toString())) {
            opponent.receive("ready");
            List<InThread<Void>> workers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                workers.add(InThread.start(() -> {
                    for (int round = 0; round < rounds; round++) {
                        try (HeldLock lock = locks.acquire(file)) {
                            Counter.increment(lock.path());
                        }
                    }
                    return null;
                }));
            }
            while (!workers.stream().allMatch(InThread::isDone)) {
                System.gc();
                LockSupport.parkNanos(1_000_000);
            }
            for (InThread<Void> worker : workers) {
                worker.result();
            }
            opponent.send("end");
            increments = Integer.parseInt(opponent.receive("increments").get(0));
        }
        assertThat(increments).isPositive();
        assertThat(Counter.read(file)).isEqualTo(2 * rounds + increments);
    }
}
