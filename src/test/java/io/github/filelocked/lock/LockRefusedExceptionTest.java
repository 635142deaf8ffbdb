package io.github.filelocked.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.Probe;
import io.github.filelocked.lock.LockRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The reason that programs see, so that none has to match a message. */
@Timeout(60)
class LockRefusedExceptionTest {

    private final FileLocks locks = FileLocks.create();
    private Path directory;
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        file = directory.resolve("x");
    }

    private Reason reasonOf(LockTarget target) {
        LockRefusedException refused = catchThrowableOfType(LockRefusedException.class, () -> locks.acquire(target));
        assertThat(refused).isNotNull();
        return refused.reason();
    }

    @ParameterizedTest
    @EnumSource
    void survivesTheWayToAnotherProcess(Reason reason) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new LockRefusedException(reason, "m", new IOException("c")));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((LockRefusedException) in.readObject()).reason()).isEqualTo(reason);
        }
    }

    @Test
    void isOtherWhereNobodyGaveOne() {
        assertThat(new LockRefusedException("m").reason()).isEqualTo(Reason.OTHER);
        assertThat(new LockRefusedException("m", new IOException("c")).reason()).isEqualTo(Reason.OTHER);
    }

    @Test
    void tellsBadPathsAndWrongTypesApart() throws IOException {
        Files.createFile(file);
        assertThat(reasonOf(LockTarget.file(Path.of("")))).isEqualTo(Reason.BAD_PATH);
        assertThat(reasonOf(LockTarget.file(file.resolve("below")))).isEqualTo(Reason.BAD_PATH);
        assertThat(reasonOf(LockTarget.file(directory))).isEqualTo(Reason.WRONG_TYPE);
        assertThat(reasonOf(LockTarget.directory(file))).isEqualTo(Reason.WRONG_TYPE);
    }

    @Test
    void isAnUpgradeInsideASharedHold() {
        try (HeldLock shared = locks.acquire(LockTarget.file(file).shared())) {
            assertThat(shared.isHeld()).isTrue();
            assertThat(reasonOf(LockTarget.file(file))).isEqualTo(Reason.UPGRADE);
        }
    }

    @Test
    void isTheFileAtTheLockFilesPath() throws IOException {
        Files.createDirectory(directory.resolve("x.lock"));
        assertThat(reasonOf(LockTarget.file(file))).isEqualTo(Reason.NOT_A_REGULAR_FILE);
    }

    @Test
    void isAForeignLockOfThisJvm() throws IOException {
        try (FileChannel channel =
                FileChannel.open(directory.resolve("x.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.lock(0, 1, false).isValid()).isTrue();
            assertThat(reasonOf(LockTarget.file(file))).isEqualTo(Reason.FOREIGN_LOCK);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device, NO_SPACE",
        "Disk quota exceeded, NO_SPACE",
        "Read-only file system, READ_ONLY",
        "File name too long, NAME_TOO_LONG",
        "Operation not permitted, NOT_PERMITTED",
        "Input/output error, OTHER"
    })
    void isWhatTheSystemSaysWhenTheLockFileCannotBeMade(String error, Reason reason) {
        FaultyFileSystem files = new FaultyFileSystem();
        files.failOn(Call.CREATE, () -> new FileSystemException(file.toString(), null, error));
        assertThat(reasonOf(LockTarget.file(files.path(file)))).isEqualTo(reason);
    }

    @Test
    void isAPermissionThatIsMissing() {
        FaultyFileSystem files = new FaultyFileSystem();
        files.failOn(Call.OPEN, () -> new AccessDeniedException(file.toString()));
        assertThat(reasonOf(LockTarget.file(files.path(file)))).isEqualTo(Reason.NOT_PERMITTED);
    }

    /** In a mount namespace of its own, which ends with the child. */
    @Nested
    @Tag("process")
    class OnARealFileSystem {

        private Child startWhereMounted(String options) throws IOException {
            List<String> prefix = new ArrayList<>(Child.rootPrefix());
            prefix.addAll(List.of(
                    "unshare",
                    "--mount",
                    "bash",
                    "-c",
                    "mount -t tmpfs -o size=1m none \"$0\" && touch \"$0/x.lock\" && " + options + " && exec \"$@\"",
                    directory.toString()));
            return Child.startUnder(prefix, Probe.class);
        }

        @Test
        void aFullDiskAcquiresAFreeLockFile() throws Exception {
            try (Child child = startWhereMounted("{ head -c 2m /dev/zero > \"$0/full\" || true; }")) {
                assertThat(child.ask("acquire - " + file)).isEqualTo("held " + file + ".lock");
                assertThat(child.ask("acquire silent " + file)).isEqualTo("held " + file + ".lock");
            }
        }

        @Test
        void aFileSystemWithoutInodesRejectsForLackOfSpace() throws Exception {
            try (Child child = startWhereMounted("mount -o remount,nr_inodes=2 \"$0\"")) {
                assertThat(child.ask("acquire - " + directory.resolve("y")))
                        .startsWith("LockRefusedException: cannot lock " + directory.resolve("y"))
                        .contains("free some space or inodes")
                        .endsWith("REASON: NO_SPACE");
            }
        }

        @Test
        void aReadOnlyOneRejects() throws Exception {
            try (Child child = startWhereMounted("mount -o remount,ro \"$0\"")) {
                assertThat(child.ask("acquire - " + directory.resolve("y"))).endsWith("REASON: READ_ONLY");
                assertThat(child.ask("acquire - " + file)).endsWith("REASON: READ_ONLY");
            }
        }
    }
}
