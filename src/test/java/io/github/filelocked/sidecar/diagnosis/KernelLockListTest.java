package io.github.filelocked.sidecar.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.sidecar.diagnosis.KernelLockList.Entry;
import io.github.filelocked.sidecar.diagnosis.KernelLockList.Kind;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class KernelLockListTest {

    @TempDir
    private Path directory;

    private KernelLockList list(String content) throws IOException {
        return KernelLockList.read(Files.writeString(directory.resolve("locks"), content), "(dev=fe00,ino=131)");
    }

    @Test
    void tellsWhoHoldsAndWhoWaits() throws IOException {
        KernelLockList list = list("""
                1: POSIX  ADVISORY  WRITE 4711 fe:00:131 0 0
                1: -> POSIX  ADVISORY  WRITE 4712 fe:00:131 0 0
                1:   -> POSIX  ADVISORY  READ 4713 fe:00:131 0 0
                2: POSIX  ADVISORY  WRITE 4712 00:2f:131 1073741824 1073741824
                3: OFDLCK ADVISORY  READ -1 fe:00:131 0 EOF
                4: FLOCK  ADVISORY  WRITE 4714 fe:00:131 0 EOF
                5: POSIX  ADVISORY  WRITE 4715 fe:00:1310 0 0
                6: POSIX  ADVISORY  WRITE 4716 fe:00:31 0 131
                7: POSIX  ADVISORY  WRITE 131 131:131:7 131 131
                """);
        assertThat(list.holders(KernelLock.LOCK))
                .containsExactly(
                        new Entry(Kind.POSIX, false, false, 4711, 0, 0),
                        new Entry(Kind.OFDLCK, false, true, -1, 0, Long.MAX_VALUE));
        assertThat(list.holders(KernelLock.GATE)).extracting(Entry::pid).containsExactly(4712L, -1L);
        assertThat(list.entries())
                .filteredOn(Entry::waits)
                .extracting(Entry::pid)
                .containsExactly(4712L, 4713L);
    }

    @Test
    void ignoresWhatItDoesNotKnow() throws IOException {
        assertThat(list("""

                1: LEASE  ACTIVE    READ  4711 fe:00:131 0 EOF
                2: POSIX  *NOINODE*
                3: DELEG  BREAKER   READ  4711 fe:00:131 0 EOF
                4: POSIX  ADVISORY  WRITE x fe:00:131 0 0
                5: POSIX  ADVISORY  WRITE 4711 fe:00:131 0
                :131 :131 :131
                """).entries()).isEmpty();
    }

    @Test
    void isEmptyWhereThereIsNoList() {
        assertThat(KernelLockList.read(directory.resolve("none"), "(dev=fe00,ino=131)")
                        .entries())
                .isEmpty();
        assertThat(KernelLockList.read(directory, "(dev=fe00,ino=131)").entries())
                .isEmpty();
        assertThat(KernelLockList.of(Path.of("C:/on/windows")).entries()).isEmpty();
    }

    @Test
    void showsTheLockOfThisProcess() throws IOException {
        Path file = Files.createFile(directory.resolve("x"));
        Object inode = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            FileLock lock = channel.lock(0, 1, false);
            assertThat(KernelLockList.of(inode).holders(0))
                    .containsExactly(new Entry(Kind.POSIX, false, false, KernelLockList.self(), 0, 0));
            lock.release();
            assertThat(KernelLockList.of(inode).entries()).isEmpty();
        }
    }

    /** As a debugger or a freezer may stop one. */
    @Test
    void aWaiterAtTheGateIsNamedWhenNobodyHolds() throws Exception {
        Path file = Files.createFile(directory.resolve("x"));
        Object inode = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        try (ForeignHolder waiter = ForeignHolder.start();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(HolderDiagnosis.of(channel, inode)).isNull();
            waiter.shutGate(file);
            assertThat(HolderDiagnosis.of(channel, inode))
                    .asString()
                    .matches("no process, but a waiter at the gate \\(pid \\d+ \\(java\\)\\) keeps others out");
        }
    }

    @Test
    void nothingIsClosedByAnInterrupt() {
        Thread.currentThread().interrupt();
        try {
            assertThat(KernelLockList.command(ProcessHandle.current().pid())).isEqualTo("java");
            assertThat(KernelLockList.ownNumber(ProcessHandle.current().pid()))
                    .isEqualTo(ProcessHandle.current().pid());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
