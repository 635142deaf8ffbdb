package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("I13: the same thread may enter again")
@Timeout(30)
class ReentrancyTest {

    private final FileLocks locks = FileLocks.create();
    private final FileLocks others = FileLocks.create();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(file.getParent());
    }

    private Optional<HeldLock> elsewhere(LockTarget target) throws Exception {
        return InThread.call(() -> {
            Optional<HeldLock> lock = locks.tryAcquire(target);
            lock.ifPresent(HeldLock::close);
            return lock;
        });
    }

    @Nested
    class HoldingExclusively {

        @Test
        void entersAgainThroughTheSameInstance() throws Exception {
            try (HeldLock outer = locks.acquire(file)) {
                try (HeldLock inner = locks.tryAcquire(file).orElseThrow()) {
                    assertThat(inner.path()).isEqualTo(outer.path());
                }
                assertThat(outer.isHeld()).isTrue();
                assertThat(elsewhere(LockTarget.file(file))).isEmpty();
            }
            assertThat(elsewhere(LockTarget.file(file))).isPresent();
        }

        @Test
        void entersAgainThroughAnotherInstanceAndAnotherSpelling() throws Exception {
            Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);
            try (HeldLock outer = locks.acquire(file);
                    HeldLock inner = others.tryAcquire(link).orElseThrow()) {
                assertThat(inner.path()).isEqualTo(outer.path());
                assertThat(elsewhere(LockTarget.file(file))).isEmpty();
            }
        }

        @Test
        void isFreeAfterTheLastOfManyWhateverTheOrder() throws Exception {
            HeldLock first = locks.acquire(file);
            HeldLock second = locks.acquire(file);
            HeldLock third = others.acquire(file);
            first.close();
            third.close();
            assertThat(second.isHeld()).isTrue();
            assertThat(elsewhere(LockTarget.file(file))).isEmpty();
            second.close();
            assertThat(elsewhere(LockTarget.file(file))).isPresent();
        }

        @Test
        void mayEnterSharedAndStaysExclusive() throws Exception {
            try (HeldLock outer = locks.acquire(file);
                    HeldLock inner =
                            locks.tryAcquire(LockTarget.file(file).shared()).orElseThrow()) {
                assertThat(inner.path()).isEqualTo(outer.path());
                assertThat(elsewhere(LockTarget.file(file).shared())).isEmpty();
            }
        }

        @Test
        void entersAgainAheadOfThoseWhoWait() throws Exception {
            InThread<Void> waiter;
            try (HeldLock outer = locks.acquire(file)) {
                waiter = InThread.start(() -> {
                    locks.acquire(file).close();
                    return null;
                });
                Traces.awaitWaiters(outer.lockFile(), 1);
                try (HeldLock inner = locks.acquire(file)) {
                    assertThat(inner.isHeld()).isTrue();
                }
            }
            waiter.result();
        }

        @Test
        void opensNothingToEnterAgain() {
            FaultyFileSystem files = new FaultyFileSystem();
            try (HeldLock outer = locks.acquire(files.path(file))) {
                files.forget();
                locks.acquire(files.path(file)).close();
                assertThat(outer.isHeld()).isTrue();
                // I2: to open and close the sidecar again would drop the lock.
                assertThat(files.calls())
                        .doesNotContain(
                                FaultyFileSystem.Call.OPEN,
                                FaultyFileSystem.Call.CREATE,
                                FaultyFileSystem.Call.CLOSE,
                                FaultyFileSystem.Call.UNLOCK);
            }
        }
    }

    @Nested
    class HoldingShared {

        private LockTarget shared() {
            return LockTarget.file(file).shared();
        }

        @Test
        void entersAgainShared() {
            try (HeldLock outer = locks.acquire(shared());
                    HeldLock inner = others.tryAcquire(shared()).orElseThrow()) {
                assertThat(inner.path()).isEqualTo(outer.path());
            }
        }

        @Test
        void entersAgainSharedAheadOfAnExclusiveWaiter() throws Exception {
            InThread<Void> writer;
            try (HeldLock outer = locks.acquire(shared())) {
                writer = InThread.start(() -> {
                    locks.acquire(file).close();
                    return null;
                });
                Traces.awaitWaiters(outer.lockFile(), 1);
                try (HeldLock inner = locks.acquire(shared())) {
                    assertThat(inner.isHeld()).isTrue();
                }
            }
            writer.result();
        }

        @Test
        @Timeout(10)
        void isRefusedAtOnceToEnterExclusively() throws Exception {
            try (HeldLock outer = locks.acquire(shared())) {
                for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofDays(1), FileLocks.NO_LIMIT}) {
                    assertThatThrownBy(() -> others.acquire(file, timeout))
                            .isInstanceOf(LockRefusedException.class)
                            .hasMessageContaining(file.toString())
                            .hasMessageContaining("acquire it exclusively in the first place");
                }
                assertThatThrownBy(() -> locks.tryAcquire(file)).isInstanceOf(LockRefusedException.class);
                assertThat(outer.isHeld()).isTrue();
                assertThat(elsewhere(shared())).isPresent();
                assertThat(elsewhere(LockTarget.file(file))).isEmpty();
            }
            assertThat(elsewhere(LockTarget.file(file))).isPresent();
        }

        @Test
        void isRefusedWhileAnotherThreadHoldsSharedAsWell() throws Exception {
            HeldLock other = InThread.call(() -> locks.acquire(shared()));
            try (HeldLock outer = locks.acquire(shared())) {
                assertThatThrownBy(() -> locks.acquire(file)).isInstanceOf(LockRefusedException.class);
                assertThat(outer.isHeld()).isTrue();
            } finally {
                other.close();
            }
        }
    }

    @Nested
    class WhenTheLinkByWhichItWasAcquiredLeadsElsewhereNow {

        private HeldLock outer;
        private Path link;
        private Path former;
        private Path latter;

        @BeforeEach
        void acquireByALinkAndTurnIt() throws IOException {
            former = Files.createFile(file.resolveSibling("former"));
            latter = Files.createFile(file.resolveSibling("latter"));
            link = Files.createSymbolicLink(file.resolveSibling("link"), former);
            outer = locks.acquire(link);
            Files.delete(link);
            Files.createSymbolicLink(link, latter);
        }

        @AfterEach
        void release() {
            outer.close();
        }

        @Test
        void itKeepsItsMeaningForTheHolder() {
            try (HeldLock inner = locks.acquire(link)) {
                assertThat(inner.path()).isEqualTo(former);
            }
            assertThat(outer.isHeld()).isTrue();
            try (HeldLock third = locks.acquire(link)) {
                assertThat(third.path()).isEqualTo(former);
            }
        }

        @Test
        void itMeansTheNewFileForAnotherThread() throws Exception {
            Path seen = InThread.call(() -> {
                try (HeldLock lock = locks.tryAcquire(link).orElseThrow()) {
                    return lock.path();
                }
            });
            assertThat(seen).isEqualTo(latter);
        }

        @Test
        void itMeansTheNewFileAfterTheRelease() {
            outer.close();
            try (HeldLock lock = locks.acquire(link)) {
                assertThat(lock.path()).isEqualTo(latter);
            }
        }

        @Test
        void itMeansTheNewFileAfterADetach() {
            outer.detach();
            try (HeldLock lock = locks.acquire(link)) {
                assertThat(lock.path()).isEqualTo(latter);
            }
        }
    }
}
