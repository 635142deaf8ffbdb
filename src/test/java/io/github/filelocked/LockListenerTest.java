package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LockListenerTest {

    private final long start = System.nanoTime();
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(file.getParent());
    }

    private final class Recorder implements LockListener {

        private final String name;

        Recorder(String name) {
            this.name = name;
        }

        @Override
        public void awaiting(LockRequest request) {
            heard.add(name + " awaiting " + request.resource().getFileName());
        }

        @Override
        public void acquired(LockRequest request, Duration waited) {
            heard.add(name + " acquired " + request.lockFile().getFileName() + complaintAbout(waited));
        }

        @Override
        public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
            heard.add(name + " not acquired " + cause.getClass().getSimpleName() + complaintAbout(waited));
        }

        @Override
        public void released(LockRequest request, Duration held) {
            heard.add(name + " released " + request.operation() + complaintAbout(held));
        }

        /** Not thrown: what a listener throws is swallowed. */
        private String complaintAbout(Duration duration) {
            boolean isPossible = !duration.isNegative() && duration.toNanos() <= System.nanoTime() - start;
            return isPossible ? "" : ", after the impossible time of " + duration;
        }
    }

    @Test
    void hearsOfAProviderThatFailsInItsOwnWay() {
        FileLocks locks = FileLocks.builder()
                .listener(new Recorder("a"))
                .provider(request -> {
                    throw new IllegalStateException("of the provider");
                })
                .build();
        assertThatThrownBy(() -> locks.acquire(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("of the provider");
        assertThat(heard).containsExactly("a awaiting x", "a not acquired FileLockingException");
    }

    /** Fails at each call, and at being named in the report of that. */
    private static final class Failing implements LockListener {

        private final Error failure;

        Failing(Error failure) {
            this.failure = failure;
        }

        private void fail() {
            if (failure != null) {
                throw failure;
            }
            throw new IllegalStateException("of the listener");
        }

        @Override
        public void awaiting(LockRequest request) {
            fail();
        }

        @Override
        public void acquired(LockRequest request, Duration waited) {
            fail();
        }

        @Override
        public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
            fail();
        }

        @Override
        public void released(LockRequest request, Duration held) {
            fail();
        }

        @Override
        public String toString() {
            throw new IllegalStateException("of its toString()");
        }
    }

    @Nested
    class ThatListens {

        @Test
        void hearsEachStepInTheOrderOfAddition() {
            FileLocks locks = FileLocks.builder()
                    .listener(new Recorder("1"))
                    .listener(new Recorder("2"))
                    .build();
            HeldLock lock = locks.acquire(file);
            lock.close();
            lock.close();
            assertThat(heard)
                    .containsExactly(
                            "1 awaiting x",
                            "2 awaiting x",
                            "1 acquired x.lock",
                            "2 acquired x.lock",
                            "1 released ",
                            "2 released ");
        }

        @Test
        void hearsOfEachReentry() {
            FileLocks locks = FileLocks.builder().listener(new Recorder("1")).build();
            try (HeldLock outer = locks.acquire(file);
                    HeldLock inner = locks.acquire(file)) {
                assertThat(inner.path()).isEqualTo(outer.path());
            }
            assertThat(heard).hasSize(6).filteredOn("1 released "::equals).hasSize(2);
        }

        @Test
        void hearsWhyALockIsNotHad() throws Exception {
            FileLocks locks = FileLocks.builder().listener(new Recorder("1")).build();
            HeldLock other = InThread.call(() -> FileLocks.create().acquire(file));
            assertThat(locks.tryAcquire(file)).isEmpty();
            InThread.call(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> locks.acquire(file)).isInstanceOf(LockInterruptedException.class);
                return null;
            });
            Files.createDirectory(file.resolveSibling("y.lock"));
            assertThatThrownBy(() -> locks.acquire(file.resolveSibling("y"))).isInstanceOf(LockRefusedException.class);
            other.close();
            assertThat(heard)
                    .containsExactly(
                            "1 awaiting x",
                            "1 not acquired LockNotAcquiredException",
                            "1 awaiting x",
                            "1 not acquired LockInterruptedException",
                            "1 awaiting y",
                            "1 not acquired LockRefusedException");
        }

        @Test
        void hearsOfAReleaseThatFails() {
            FaultyFileSystem files = new FaultyFileSystem();
            FileLocks locks = FileLocks.builder().listener(new Recorder("1")).build();
            HeldLock lock = locks.acquire(files.path(file));
            files.failOn(FaultyFileSystem.Call.CLOSE, () -> new IOException("injected"));
            assertThatThrownBy(lock::close).isExactlyInstanceOf(FileLockingException.class);
            assertThat(heard).endsWith("1 released ");
        }
    }

    @Nested
    class ThatFails {

        @Test
        @DisplayName("can neither keep nor lose a lock, and keeps no other from listening")
        void doesNoHarm() throws Exception {
            for (Error failure : new Error[] {null, new StackOverflowError(), new AssertionError()}) {
                FileLocks locks = FileLocks.builder()
                        .listener(new Failing(failure))
                        .listener(new Recorder("2"))
                        .build();
                heard.clear();
                try (Logged logged = new Logged()) {
                    HeldLock lock = locks.acquire(file);
                    assertThat(lock.isHeld()).isTrue();
                    assertThat(InThread.call(() -> locks.tryAcquire(file))).isEmpty();
                    assertThatCode(lock::close).doesNotThrowAnyException();
                    assertThat(logged.messages())
                            .hasSize(5)
                            .allMatch(line -> line.startsWith(
                                    "WARNING a lock listener failed, which is ignored: " + Failing.class.getName()));
                }
                assertThat(heard)
                        .containsExactly(
                                "2 awaiting x",
                                "2 acquired x.lock",
                                "2 awaiting x",
                                "2 not acquired LockNotAcquiredException",
                                "2 released ");
            }
        }
    }
}
