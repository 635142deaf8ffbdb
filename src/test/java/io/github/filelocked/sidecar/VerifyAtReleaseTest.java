package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
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
    private final FileLocks byDefault = FileLocks.create();
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
                .hasMessageContaining("leave lock files alone");
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
        void everyThreadIsToldOfItWhenItsLastHoldEnds() throws Exception {
            LockTarget shared = LockTarget.file(file).shared();
            HeldLock first = locks.acquire(shared);
            HeldLock second = InThread.call(() -> locks.acquire(shared));
            HeldLock again = locks.acquire(shared);
            readWhateverIsThere();
            first.close();
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

        /** I24: the look at the file is part of every release. */
        private void assertEachReportsIt(Breakage breakage, String reason) throws IOException {
            for (FileLocks each : List.of(locks, byDefault)) {
                Path where = Files.createDirectory(directory.resolve("in" + each.hashCode()));
                HeldLock lock = each.acquire(where.resolve("x"));
                breakage.at(where.resolve("x.lock"));
                assertLost(lock, reason);
            }
        }

        @Test
        void becauseItWasDeleted() throws IOException {
            assertEachReportsIt(Files::delete, "deleted or replaced");
        }

        @Test
        void becauseAnotherFileWasRenamedOverIt() throws IOException {
            assertEachReportsIt(
                    locked -> Files.move(
                            Files.createFile(locked.resolveSibling("draft")),
                            locked,
                            StandardCopyOption.REPLACE_EXISTING),
                    "deleted or replaced");
        }

        @Test
        void becauseItsDirectoryWasRenamed() throws IOException {
            assertEachReportsIt(
                    locked -> Files.move(
                            locked.getParent(),
                            locked.getParent()
                                    .resolveSibling(
                                            "elsewhere" + locked.getParent().getFileName())),
                    "its directory was renamed");
        }

        @Test
        void becauseThereIsALink() throws IOException {
            assertEachReportsIt(
                    locked -> Files.createSymbolicLink(locked, Files.move(locked, locked.resolveSibling("moved"))),
                    "something else than a file");
        }

        @Test
        void butNotWhenNobodyCanLook() throws Exception {
            FaultyFileSystem files = new FaultyFileSystem();
            HeldLock lock = byDefault.acquire(files.path(file));
            files.failOn(FaultyFileSystem.Call.ATTRIBUTES, () -> new IOException("Permission denied"));
            assertThatCode(lock::close).doesNotThrowAnyException();
        }
    }

    /** Something that happens to a lock file. */
    @FunctionalInterface
    private interface Breakage {
        void at(Path lockFile) throws IOException;
    }

    /** I24: such a list is no proof. */
    @Nested
    class WhenTheKernelsListNeverShowsTheLock {

        private Object inode;

        @BeforeEach
        void leaveItUnlocked() throws IOException {
            inode = Files.readAttributes(Files.createFile(sidecar), BasicFileAttributes.class)
                    .fileKey();
        }

        @Test
        void nothingIsLost() {
            assertThat(LossCheck.isListed(inode, false)).isFalse();
            assertThat(LossCheck.kernelLoss(inode, false, false)).isNull();
            assertThat(LossCheck.kernelLoss(inode, false, true)).contains("the kernel has dropped the lock");
        }

        @Test
        void aLockOfTheOtherModeOrOfAnotherProcessIsNotOurs() throws Exception {
            try (ForeignHolder other = ForeignHolder.start()) {
                other.lock(sidecar);
                assertThat(LossCheck.isListed(inode, false)).isFalse();
            }
            try (HeldLock reader = byDefault.acquire(LockTarget.file(file).shared())) {
                assertThat(reader.isHeld()).isTrue();
                assertThat(LossCheck.isListed(inode, false)).isFalse();
                assertThat(LossCheck.isListed(inode, true)).isTrue();
            }
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
