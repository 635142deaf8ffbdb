package io.github.filelocked.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.InThread;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockNotAcquiredExceptionTest {

    private final FileLocks locks = FileLocks.create();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    private LockNotAcquiredException busy() throws Exception {
        try (HeldLock lock = locks.acquire(file)) {
            assertThat(lock.isHeld()).isTrue();
            return InThread.call(() -> catchThrowableOfType(
                    LockNotAcquiredException.class, () -> locks.acquire(file, Duration.ofMillis(20))));
        }
    }

    @Test
    @DisplayName("tox-dev/filelock, test_error.py, test_timeout_attribute")
    void tellsWhatIsBusyHowLongWasWaitedAndWhoHoldsIt() throws Exception {
        LockNotAcquiredException busy = busy();
        assertThat(busy.resource()).isEqualTo(file);
        assertThat(busy.lockFile()).isEqualTo(file.resolveSibling("x.lock"));
        assertThat(busy.waited()).isBetween(Duration.ofMillis(20), Duration.ofSeconds(10));
        assertThat(busy.holder())
                .get()
                .extracting(LockHolder::thread)
                .isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void saysWhatTheThreadHoldsForWhichTheHolderMayWaitInTurn() throws Exception {
        Path mine = file.resolveSibling("mine");
        Path theirs = file.resolveSibling("theirs");
        try (HeldLock busy = locks.acquire(file);
                HeldLock other = locks.acquire(theirs)) {
            assertThat(busy.isHeld() && other.isHeld()).isTrue();
            LockNotAcquiredException failure = InThread.call(() -> {
                try (HeldLock held = locks.acquire(mine)) {
                    assertThat(held.isHeld()).isTrue();
                    return catchThrowableOfType(
                            LockNotAcquiredException.class, () -> locks.acquire(file, Duration.ZERO));
                }
            });
            assertThat(failure).hasMessageContaining(mine.toString()).message().doesNotContain(theirs.toString());
            assertThat(failure.getStackTrace())
                    .as("the place where it was thrown first")
                    .anyMatch(frame -> frame.getClassName().equals("io.github.filelocked.sidecar.Acquisition"));
        }
        assertThat(busy()).message().doesNotContain("this thread holds");
    }

    /** As test runners, remote calls and job frameworks carry a failure from one JVM to another. */
    @Nested
    class CarriedToAnotherProcess {

        @Test
        @DisplayName("tox-dev/filelock, test_error.py, test_timeout_pickle")
        void tellsTheSame() throws Exception {
            LockNotAcquiredException busy = busy();
            LockNotAcquiredException arrived = copied(busy);
            assertThat(arrived).hasMessage(busy.getMessage());
            assertThat(arrived.resource()).isEqualTo(busy.resource());
            assertThat(arrived.lockFile()).isEqualTo(busy.lockFile());
            assertThat(arrived.waited()).isEqualTo(busy.waited());
            assertThat(arrived.holder()).isPresent().isEqualTo(busy.holder());
        }

        private LockNotAcquiredException copied(LockNotAcquiredException original) throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(original);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (LockNotAcquiredException) in.readObject();
            }
        }
    }
}
