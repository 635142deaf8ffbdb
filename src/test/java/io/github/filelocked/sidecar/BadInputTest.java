package io.github.filelocked.sidecar;

import static io.github.filelocked.fixture.FaultyFileSystem.Call.CREATE;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.LINK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.FileLocksBuilder;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A resource that cannot be locked is rejected (I21), with a clear error, and leaves nothing behind (I7). */
@Timeout(60)
class BadInputTest {

    private final FileLocks locks = FileLocks.create();
    private Path directory;
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        file = directory.resolve("x");
    }

    private void assertRefused(Path path, String... reasons) throws IOException {
        assertRefused(LockTarget.file(path), reasons);
    }

    private void assertRefused(LockTarget target, String... reasons) throws IOException {
        Traces traces = Traces.of(directory);
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> locks.acquire(target),
                () -> locks.acquire(target, Duration.ofHours(1)),
                () -> locks.tryAcquire(target),
                () -> locks.tryAcquire(target.shared(), Duration.ofHours(1)),
                () -> locks.acquireAll(List.of(target)),
                () -> locks.tryAcquireAll(List.of(target), Duration.ZERO),
                () -> locks.lockFile(target))) {
            assertThatThrownBy(attempt).isInstanceOf(LockRefusedException.class).hasMessageContainingAll(reasons);
            traces.assertNone();
        }
    }

    @Nested
    class APath {

        @Test
        void thatIsNullIsRefused() throws IOException {
            Traces traces = Traces.of(directory);
            for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                    () -> locks.acquire((Path) null),
                    () -> locks.tryAcquire((Path) null),
                    () -> locks.lockFile((Path) null),
                    () -> LockTarget.directory(null))) {
                assertThatThrownBy(attempt)
                        .isInstanceOf(NullPointerException.class)
                        .hasMessage("resource: the path to lock is null");
            }
            assertThatThrownBy(() -> locks.acquire((LockTarget) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> new LockTarget(file, null, LockMode.SHARED))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("type");
            assertThatThrownBy(() -> new LockTarget(file, ResourceType.FILE, null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("mode");
            traces.assertNone();
        }

        @Test
        void thatIsEmptyIsRefused() throws IOException {
            assertRefused(Path.of(""), "the path to lock is empty; name a file, or \".\" for the current directory");
            assertRefused(LockTarget.directory(Path.of("")), "the path to lock is empty");
        }

        @Test
        void withANulCharacterIsNoPathToTheJdk() throws IOException {
            Traces traces = Traces.of(directory);
            assertThatThrownBy(() -> locks.acquire(Path.of(directory + "/a\0b")))
                    .isInstanceOf(InvalidPathException.class)
                    .hasMessageContaining("Nul character not allowed");
            traces.assertNone();
        }

        @Test
        void belowAFileIsRefused() throws IOException {
            Files.createFile(file);
            assertRefused(file.resolve("y"), file.resolve("y").toString(), "ot a directory");
        }

        @Test
        void ofADirectoryIsRefusedAsAFile() throws IOException {
            assertRefused(directory, directory.toString(), "it is a directory; use ResourceType.DIRECTORY");
        }

        @Test
        void ofAFileIsRefusedAsADirectory() throws IOException {
            Files.createFile(file);
            assertRefused(LockTarget.directory(file), file.toString(), "use ResourceType.FILE");
        }
    }

    @Nested
    class ADuration {

        private void assertRefused(Duration duration, String reason) throws IOException {
            Traces traces = Traces.of(directory);
            for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                    () -> locks.acquire(file, duration),
                    () -> locks.acquire(LockTarget.file(file), duration),
                    () -> locks.tryAcquire(file, duration),
                    () -> locks.tryAcquire(LockTarget.file(file), duration),
                    () -> locks.acquireAll(List.of(LockTarget.file(file)), duration, LockOrigin.NONE),
                    () -> locks.tryAcquireAll(List.of(LockTarget.file(file)), duration),
                    () -> FileLocks.builder().defaultTimeout(duration),
                    () -> FileLocks.builder().longWaitLogInterval(duration))) {
                assertThatThrownBy(attempt)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(reason)
                        .hasMessageContaining(duration.toString());
                traces.assertNone();
            }
        }

        @Test
        void belowZeroIsRefused() throws IOException {
            assertRefused(Duration.ofNanos(-1), "is negative");
        }

        @Test
        void beyondTheClockIsRefused() throws IOException {
            assertRefused(Duration.ofSeconds(Long.MAX_VALUE), "longer than the clock can count");
        }

        @Test
        void thatIsNullIsRefused() throws IOException {
            Traces traces = Traces.of(directory);
            assertThatThrownBy(() -> locks.acquire(file, null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> locks.tryAcquire(file, null)).isInstanceOf(NullPointerException.class);
            traces.assertNone();
        }

        @Test
        void asLongAsTheClockCanCountIsFine() {
            try (HeldLock lock = locks.acquire(file, FileLocks.NO_LIMIT)) {
                assertThat(lock.isHeld()).isTrue();
            }
            try (HeldLock lock = locks.acquire(file, FileLocks.NO_LIMIT.minusNanos(1))) {
                assertThat(lock.isHeld()).isTrue();
            }
        }
    }

    @Nested
    class AFileSystem {

        private final FaultyFileSystem files = new FaultyFileSystem();

        private void assertRefusedAt(Call failing, String reason, String... left) throws IOException {
            assertRefusedAt(locks, failing, reason, left);
        }

        private void assertRefusedAt(FileLocks refusing, Call failing, String reason, String... left)
                throws IOException {
            Traces traces = Traces.of(directory);
            files.failOn(failing, () -> new FileSystemException(file + ".lock", null, reason));
            for (Duration timeout : List.of(Duration.ZERO, Duration.ofHours(1))) {
                assertThatThrownBy(() -> refusing.acquire(files.path(file), timeout))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining(file + ".lock")
                        .hasMessageContaining(reason);
                traces.assertNoneBut(left);
            }
            files.heal();
            refusing.tryAcquire(files.path(file)).orElseThrow().close();
        }

        @Test
        void withoutSpaceForAFileRefuses() throws IOException {
            assertRefusedAt(CREATE, "No space left on device");
        }

        @Test
        void thatIsReadOnlyRefuses() throws IOException {
            assertRefusedAt(CREATE, "Read-only file system");
        }

        @Test
        void withoutLocksRefuses() throws IOException {
            assertRefusedAt(Call.TRY_LOCK, "No locks available", "x.lock");
        }

        @Test
        void withoutHardLinksRefusesPermissionsAndNamesTheCure() throws IOException {
            FileLocks withPermissions = FileLocks.builder()
                    .lockFilePermissions(PosixFilePermissions.fromString("rw-rw----"))
                    .build();
            assertRefusedAt(withPermissions, LINK, "Operation not permitted");
            Files.delete(directory.resolve("x.lock"));
            Traces traces = Traces.of(directory);
            files.failOn(LINK, UnsupportedOperationException::new);
            assertThatThrownBy(() -> withPermissions.acquire(files.path(file)))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("no hard links")
                    .hasMessageContaining("leave out the option lockFilePermissions, or choose another lock directory");
            traces.assertNone();
            // Without the option no link is needed.
            locks.tryAcquire(files.path(file)).orElseThrow().close();
        }

        @Test
        void thatRefusesInAnUnexpectedWayLeavesNothingEither() throws IOException {
            Traces traces = Traces.of(directory);
            files.failOn(CREATE, ReadOnlyFileSystemException::new);
            assertThatThrownBy(() -> locks.acquire(files.path(file))).isInstanceOf(ReadOnlyFileSystemException.class);
            traces.assertNone();
        }
    }

    @Nested
    class AnOption {

        @Test
        void thatIsNullIsRefused() {
            FileLocksBuilder builder = FileLocks.builder();
            for (ThrowingCallable option : List.<ThrowingCallable>of(
                    () -> builder.defaultTimeout(null),
                    () -> builder.lockDirectory(null),
                    () -> builder.lockFilePermissions(null),
                    () -> builder.networkPolicy(null),
                    () -> builder.longWaitLogInterval(null),
                    () -> builder.listener(null),
                    () -> builder.provider(null))) {
                assertThatThrownBy(option).isInstanceOf(NullPointerException.class);
            }
        }

        @Test
        void thatWouldLockTheOwnerOutIsRefused() {
            for (Set<PosixFilePermission> mode : List.of(
                    Set.<PosixFilePermission>of(),
                    PosixFilePermissions.fromString("r--rw-rw-"),
                    PosixFilePermissions.fromString("-w-rw-rw-"))) {
                assertThatThrownBy(() -> FileLocks.builder().lockFilePermissions(mode))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("lockFilePermissions")
                        .hasMessageContaining("its owner can read and write");
            }
        }

        @Test
        void thatPutsTheLocksIntoAFileIsRefused() throws IOException {
            Files.createFile(file);
            for (Path impossible : List.of(file, file.resolve("locks"))) {
                assertThatThrownBy(() -> FileLocks.builder().lockDirectory(impossible))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining(file.toString());
            }
        }
    }
}
