package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VerifyAtReleaseTest {

    private final FileLocks locks = FileLocks.builder().verifyAtRelease(true).build();
    private Path directory;
    private Path file;
    private Path sidecar;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        directory = Files.createDirectory(temporary.toRealPath().resolve("data"));
        file = directory.resolve("x");
        sidecar = directory.resolve("x.lock");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(directory.getParent());
    }

    /** As a backup does: it is enough that a descriptor of the file is closed. */
    private void readWhateverIsThere() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Files.readAllBytes(each);
            }
        }
    }

    private static void assertLost(HeldLock lock, String reason) {
        assertThatThrownBy(lock::close)
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining("was lost while it was held")
                .hasMessageContaining(reason)
                .hasMessageContaining("leave sidecars alone");
    }

    @Nested
    class WhenABackupOfThisJvmReadsTheSidecar {

        @Test
        void anotherProcessGetsInAndTheReleaseSaysSo() throws Exception {
            try (ForeignHolder other = ForeignHolder.start()) {
                HeldLock lock = locks.acquire(file);
                readWhateverIsThere();
                other.lock(sidecar);
                assertLost(lock, "closes any other descriptor");
            }
        }

        @Test
        void theRecordOfWhoGotInIsLeftAlone() throws Exception {
            HeldLock lock = locks.acquire(file);
            readWhateverIsThere();
            Files.writeString(sidecar, "#filelocked\npid=1\n");
            assertLost(lock, "closes any other descriptor");
            assertThat(sidecar).hasContent("#filelocked\npid=1");
        }

        @Test
        void everyHolderIsToldOfIt() throws Exception {
            LockTarget shared = LockTarget.file(file).shared();
            HeldLock first = locks.acquire(shared);
            HeldLock second = InThread.call(() -> locks.acquire(shared));
            HeldLock again = locks.acquire(shared);
            readWhateverIsThere();
            assertLost(first, "closes any other descriptor");
            assertLost(second, "closes any other descriptor");
            assertLost(again, "closes any other descriptor");
        }

        @Test
        void theFailureOfTheBodyWins() throws IOException {
            Throwable failure = catchThrowable(() -> {
                try (HeldLock lock = locks.acquire(file)) {
                    assertThat(lock.isHeld()).isTrue();
                    readWhateverIsThere();
                    throw new IllegalStateException("the body's");
                }
            });
            assertThat(failure).hasMessage("the body's");
            assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LockLostException.class);
        }

        @Test
        void nobodyNoticesByDefault() throws Exception {
            HeldLock lock = FileLocks.create().acquire(file);
            readWhateverIsThere();
            assertThat(lock.isHeld()).isTrue();
            assertThatCode(lock::close).doesNotThrowAnyException();
        }
    }

    @Nested
    class WhenTheSidecarIsNotTheOneThatWasLocked {

        private HeldLock lock;

        @BeforeEach
        void acquire() {
            lock = locks.acquire(file);
        }

        @Test
        void becauseItWasDeleted() throws IOException {
            Files.delete(sidecar);
            assertLost(lock, "deleted or replaced");
        }

        @Test
        void becauseAnotherFileWasRenamedOverIt() throws IOException {
            Path draft = Files.createFile(directory.resolve("draft"));
            Files.move(draft, sidecar, StandardCopyOption.REPLACE_EXISTING);
            assertLost(lock, "deleted or replaced");
        }

        @Test
        void becauseItsDirectoryWasRenamed() throws IOException {
            Files.move(directory, directory.resolveSibling("elsewhere"));
            assertLost(lock, "its directory was renamed");
        }

        @Test
        void becauseThereIsALink() throws IOException {
            Path moved = Files.move(sidecar, directory.resolve("moved"));
            Files.createSymbolicLink(sidecar, moved);
            assertLost(lock, "something else than a file");
        }
    }

    @Nested
    class WhenNothingWasLost {

        @Test
        void noReleaseComplains() throws Exception {
            HeldLock outer = locks.acquire(file);
            locks.acquire(file).close();
            outer.close();
            locks.acquire(file).detach().close();
            LockTarget shared = LockTarget.file(file).shared();
            HeldLock reader = locks.acquire(shared);
            InThread.call(() -> locks.acquire(shared)).close();
            reader.close();
        }

        @Test
        void noReleaseComplainsWhileManyOtherLocksComeAndGo() throws Exception {
            List<HeldLock> others = new ArrayList<>();
            for (int i = 0; i < 500; i++) { // The kernel's list is some 30 KiB then, read in pieces of 4.
                others.add(locks.acquire(directory.resolve("other" + i)));
            }
            InThread<Integer> releases = InThread.start(() -> {
                int released = 0;
                while (!others.isEmpty()) {
                    others.remove(others.size() - 1).close();
                    released++;
                }
                return released;
            });
            for (int round = 0; round < 200 || !releases.isDone(); round++) {
                locks.acquire(file).close();
            }
            assertThat(releases.result()).isEqualTo(500);
        }
    }
}
