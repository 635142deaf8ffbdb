package io.github.filelocked.sidecar;

import static io.github.filelocked.fixture.FaultyFileSystem.Call.LOCK;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.OPEN;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.TRY_LOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In a thread of its own, since an open(2) that blocks on a FIFO heeds no interrupt. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SidecarTest {

    private static final Duration LONG = Duration.ofHours(1);

    private Path directory;
    private Path file;
    private Path sidecar;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        file = directory.resolve("x");
        sidecar = directory.resolve("x.lock");
    }

    private static List<FileLocks> allKinds() {
        return List.of(
                FileLocks.create(),
                FileLocks.builder().ownerRecord(false).build(),
                FileLocks.builder()
                        .lockFilePermissions(PosixFilePermissions.fromString("rw-rw-rw-"))
                        .build());
    }

    /** The same refusal, and nothing left, for each kind of attempt. */
    private void assertRefused(String kind) throws IOException {
        Traces traces = Traces.of(directory);
        for (FileLocks locks : allKinds()) {
            for (LockTarget target :
                    List.of(LockTarget.file(file), LockTarget.file(file).shared())) {
                for (Duration timeout : List.of(Duration.ZERO, LONG)) {
                    assertThatThrownBy(() -> locks.acquire(target, timeout))
                            .isInstanceOf(LockRefusedException.class)
                            .hasMessageContaining("the lock file " + sidecar + " is " + kind)
                            .hasMessageContaining("remove it, or choose another lock directory");
                    assertThatThrownBy(() -> locks.tryAcquire(target, timeout))
                            .isInstanceOf(LockRefusedException.class);
                    traces.assertNone();
                }
            }
        }
    }

    private static void mkfifo(Path path) throws Exception {
        Process process =
                new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Nested
    @DisplayName("I4: in the place of the sidecar")
    class InThePlaceOfTheSidecar {

        @Test
        void aDirectoryIsRefused() throws IOException {
            Files.createDirectory(sidecar);
            assertRefused("a directory");
        }

        @Test
        void aLinkIsRefusedAndItsTargetLeftAlone() throws IOException {
            Path victim = Files.writeString(directory.resolve("victim"), "precious");
            Files.createSymbolicLink(sidecar, victim);
            assertRefused("a symbolic link");
            assertThat(victim).hasContent("precious");
        }

        @Test
        void aDanglingLinkIsRefusedAndItsTargetNotMade() throws IOException {
            Path victim = directory.resolve("victim");
            Files.createSymbolicLink(sidecar, victim);
            assertRefused("a symbolic link");
            assertThat(victim).doesNotExist();
        }

        @Test
        void aLinkToADirectoryIsRefused() throws IOException {
            Files.createSymbolicLink(sidecar, Files.createDirectory(directory.resolve("d")));
            assertRefused("a symbolic link");
        }

        @Test
        void aFifoIsRefusedWithoutWaitingForItsOtherEnd() throws Exception {
            mkfifo(sidecar);
            assertRefused("not a regular file");
        }

        @Test
        void aSocketIsRefused() throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(sidecar));
                assertThat(sidecar).exists();
                // The bound socket is a descriptor too, but not one of a file in the directory.
                assertRefused("not a regular file");
            }
        }

        @Test
        void contentOfAnotherProgramIsNeitherTruncatedNorChanged() throws Exception {
            Files.writeString(sidecar, "precious");
            for (FileLocks locks : allKinds()) {
                try (HeldLock lock = locks.acquire(file)) {
                    assertThat(lock.lockFile()).isEqualTo(sidecar);
                }
                assertThat(sidecar).hasContent("precious");
            }
            assertThat(directory).isDirectoryNotContaining(path -> !path.equals(sidecar));
        }
    }

    @Nested
    @DisplayName("I4: planted between the look and the open")
    class PlantedBetweenTheLookAndTheOpen {

        private final FaultyFileSystem files = new FaultyFileSystem();

        private void beforeOpen(Rule planting) {
            AtomicBoolean once = new AtomicBoolean();
            files.rule((call, path) -> {
                if (call == OPEN && once.compareAndSet(false, true)) {
                    Files.delete(sidecar);
                    planting.run();
                }
            });
        }

        private void assertRefusedAndNothingHeld() throws IOException {
            assertThatThrownBy(() -> FileLocks.create().acquire(files.path(file)))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(sidecar.toString());
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        void aLinkIsNotFollowed() throws IOException {
            Path victim = Files.writeString(directory.resolve("victim"), "precious");
            beforeOpen(() -> Files.createSymbolicLink(sidecar, victim));
            assertRefusedAndNothingHeld();
            assertThat(files.count(TRY_LOCK)).as("attempts to lock the target").isZero();
            assertThat(victim).hasContent("precious");
        }

        @Test
        @DisplayName("I2: a link to a sidecar that this JVM holds does not drop its lock")
        void aLinkToAHeldSidecarDropsNoLock() throws Exception {
            FileLocks locks = FileLocks.create();
            try (HeldLock lock = locks.acquire(directory.resolve("y"));
                    ForeignHolder other = ForeignHolder.start()) {
                beforeOpen(() -> Files.createSymbolicLink(sidecar, lock.lockFile()));
                assertThatThrownBy(() -> locks.acquire(files.path(file))).isInstanceOf(LockRefusedException.class);
                assertThat(lock.isHeld()).isTrue();
                assertThatThrownBy(() -> other.lock(lock.lockFile())).hasMessageContaining("busy");
            }
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        void aFifoDoesNotBlock() throws IOException {
            beforeOpen(() -> mkfifo(sidecar));
            assertRefusedAndNothingHeld();
        }

        @Test
        void aDirectoryIsRefused() throws IOException {
            beforeOpen(() -> Files.createDirectory(sidecar));
            assertRefusedAndNothingHeld();
        }

        @Test
        void nothingAtAllIsMadeAnewWithinTheSameTime() throws IOException {
            beforeOpen(() -> {});
            try (HeldLock lock = FileLocks.create().acquire(files.path(file))) {
                assertThat(lock.isHeld()).isTrue();
            }
            assertThat(sidecar).isRegularFile();
            Traces.assertNothingHeldIn(directory);
        }
    }

    @FunctionalInterface
    private interface Rule {
        void run() throws Exception;
    }

    @Nested
    @DisplayName("I5: replaced while it is being locked")
    class ReplacedWhileItIsBeingLocked {

        private final FaultyFileSystem files = new FaultyFileSystem();
        private final FileLocks locks = FileLocks.create();

        /** More than once, since an attempt without waiting comes before the wait. */
        private static final int TIMES = 3;

        private void replaceAt(Call when, Rule replacing) {
            AtomicInteger times = new AtomicInteger();
            files.rule((call, path) -> {
                if (call == when && times.incrementAndGet() <= TIMES) {
                    replacing.run();
                }
            });
        }

        private void putAnotherInItsPlace() throws IOException {
            Path other = Files.createFile(directory.resolve("other"));
            Files.move(other, sidecar, StandardCopyOption.REPLACE_EXISTING);
        }

        private void assertTheOneAtThePathIsLocked() throws Exception {
            try (HeldLock lock = locks.acquire(files.path(file), LONG);
                    ForeignHolder other = ForeignHolder.start()) {
                assertThat(lock.isHeld()).isTrue();
                assertThatThrownBy(() -> other.lock(sidecar)).hasMessageContaining("busy");
            }
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        void byAnotherFileItIsLetGoAndTheOtherOneLocked() throws Exception {
            replaceAt(TRY_LOCK, this::putAnotherInItsPlace);
            assertTheOneAtThePathIsLocked();
            assertThat(files.count(OPEN)).isEqualTo(TIMES + 1);
        }

        @Test
        void byNothingItIsMadeAgain() throws Exception {
            replaceAt(TRY_LOCK, () -> Files.delete(sidecar));
            assertTheOneAtThePathIsLocked();
            assertThat(sidecar).isRegularFile();
        }

        @Test
        void beforeItIsOpenedTheOneThatWasOpenedIsLetGoToo() throws Exception {
            replaceAt(OPEN, this::putAnotherInItsPlace);
            assertTheOneAtThePathIsLocked();
        }

        @Test
        void andPutBackDuringTheWaitTheOneThatWasOpenedIsLetGoToo() throws Exception {
            Path aside = directory.resolve("aside");
            try (ForeignHolder holder = ForeignHolder.start().lock(sidecar)) {
                AtomicInteger opened = new AtomicInteger();
                AtomicInteger awaited = new AtomicInteger();
                files.rule((call, path) -> {
                    if (call == OPEN && opened.incrementAndGet() == 1) {
                        Files.move(sidecar, aside);
                        holder.lock(sidecar);
                    }
                    if (call == LOCK && awaited.incrementAndGet() == 1) {
                        Files.move(aside, sidecar, StandardCopyOption.REPLACE_EXISTING);
                        holder.unlock();
                    }
                });
                assertTheOneAtThePathIsLocked();
                assertThat(awaited).hasPositiveValue();
            }
        }

        @Test
        void aSingleAttemptLooksAgain() throws Exception {
            replaceAt(TRY_LOCK, () -> Files.delete(sidecar));
            locks.tryAcquire(files.path(file)).orElseThrow().close();
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        @DisplayName("all the time, a single attempt gives up")
        void allTheTimeASingleAttemptGivesUp() throws Exception {
            files.rule((call, path) -> {
                if (call == TRY_LOCK) {
                    Files.delete(sidecar);
                }
            });
            assertThat(locks.tryAcquire(files.path(file))).isEmpty();
            Traces.assertNothingHeldIn(directory);
            files.heal();
            locks.tryAcquire(files.path(file)).orElseThrow().close();
        }

        @Test
        @DisplayName("I5, I10: all the time, it ends with the timeout")
        void allTheTimeItEndsWithTheTimeout() throws Exception {
            files.rule((call, path) -> {
                if (call == TRY_LOCK) {
                    Files.delete(sidecar);
                }
            });
            assertThat(locks.tryAcquire(files.path(file), Duration.ofMillis(50)))
                    .isEmpty();
            Traces.assertNothingHeldIn(directory);
        }
    }

    @Nested
    @DisplayName("I5: when the directory is deleted during the acquisition")
    class WhenTheDirectoryIsDeleted {

        private final FaultyFileSystem files = new FaultyFileSystem();
        private Path parent;

        @BeforeEach
        void nameTheDirectory() {
            parent = directory.resolve("a/b");
        }

        private void deleteAt(Call when, int times) {
            AtomicInteger count = new AtomicInteger();
            files.rule((call, path) -> {
                if (call == when && count.incrementAndGet() <= times) {
                    deleteTree(directory.resolve("a"));
                }
            });
        }

        private static void deleteTree(Path tree) throws IOException {
            if (Files.exists(tree)) {
                try (Stream<Path> all = Files.walk(tree)) {
                    for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(each);
                    }
                }
            }
        }

        @ParameterizedTest
        @EnumSource(
                value = Call.class,
                names = {"CREATE", "MKDIR", "OPEN", "TRY_LOCK", "ACCESS"})
        void itIsMadeAgainInTime(Call when) throws IOException {
            deleteAt(when, 3);
            try (HeldLock lock = FileLocks.create().acquire(files.path(parent.resolve("x")), LONG)) {
                assertThat(lock.lockFile()).isRegularFile();
            }
            Traces.assertNothingHeldIn(directory);
        }

        @ParameterizedTest
        @EnumSource(
                value = Call.class,
                names = {"CREATE", "PERMISSIONS", "LINK", "DELETE"})
        void itIsMadeAgainInTimeForALockFileWithPermissions(Call when) throws IOException {
            deleteAt(when, 3);
            try (HeldLock lock = FileLocks.builder()
                    .lockFilePermissions(PosixFilePermissions.fromString("rw-rw----"))
                    .build()
                    .acquire(files.path(parent.resolve("x")), LONG)) {
                assertThat(lock.lockFile()).isRegularFile();
            }
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        @DisplayName("I10: all the time, one look at the file ends at once")
        void allTheTimeOneLookEnds() throws IOException {
            deleteAt(Call.CREATE, Integer.MAX_VALUE);
            assertThat(new Sidecar(files.path(parent.resolve("x.lock")), null, name -> name).identifyOrCreate())
                    .isNull();
            assertThat(files.count(Call.CREATE)).isEqualTo(1);
        }
    }

    @Nested
    class WhereNoFileCanBeCreated {

        @Test
        void aDirectoryThatTakesNoFilesIsRefusedWithAFix() {
            assertThatThrownBy(() -> FileLocks.create().acquire(Path.of("/proc/filelocked-test"), LONG))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("cannot lock /proc/filelocked-test")
                    .hasMessageContaining("lockDirectory");
        }

        @Test
        void anImmutableLockFileIsRefusedWithAFix() throws IOException {
            Files.createFile(sidecar);
            Child.run(Child.rootPrefix(), "chattr", "+i", sidecar.toString());
            try {
                assertThatThrownBy(() -> FileLocks.create().acquire(file, LONG))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining("its lock file " + sidecar)
                        .hasMessageContaining("chattr -i");
            } finally {
                Child.run(Child.rootPrefix(), "chattr", "-i", sidecar.toString());
            }
        }

        @Test
        void anImmutableDirectoryIsRefusedWithAFix() throws IOException {
            Child.run(Child.rootPrefix(), "chattr", "+i", directory.toString());
            try {
                assertThatThrownBy(() -> FileLocks.create().acquire(file, LONG))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining("chattr -i");
            } finally {
                Child.run(Child.rootPrefix(), "chattr", "-i", directory.toString());
            }
        }

        @Test
        void aNameThatMayBeTooLongIsRefusedWithAFix() {
            FaultyFileSystem files = new FaultyFileSystem();
            files.failOn(Call.CREATE, () -> new FileSystemException("x", null, "File name too long"));
            assertThatThrownBy(() -> FileLocks.create().acquire(files.path(directory.resolve("n".repeat(200))), LONG))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("too long for this file system: use the option lockDirectory");
        }
    }

    @Nested
    class UsedByOthersInThisJvm {

        @Test
        @DisplayName("I2: a hard link of a held lock file is rejected, since opening it would drop the lock")
        void aHardLinkOfAHeldLockFileIsRejected() throws Exception {
            FileLocks locks = FileLocks.create();
            try (HeldLock lock = locks.acquire(file);
                    ForeignHolder other = ForeignHolder.start()) {
                Files.createLink(directory.resolve("y.lock"), sidecar);
                for (Duration timeout : List.of(Duration.ZERO, LONG)) {
                    assertThatThrownBy(() -> locks.acquire(directory.resolve("y"), timeout))
                            .isInstanceOf(LockRefusedException.class)
                            .hasMessageContaining("are one file, joined by a hard link");
                }
                assertThat(lock.isHeld()).isTrue();
                assertThatThrownBy(() -> other.lock(sidecar)).hasMessageContaining("busy");
            }
            locks.tryAcquire(directory.resolve("y")).orElseThrow().close();
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        @DisplayName("I2: a lock file that other code locks is refused, and that code keeps its lock")
        void aLockFileThatOtherCodeLocksIsRefused() throws Exception {
            FileLocks locks = FileLocks.create();
            try (FileChannel foreign = FileChannel.open(sidecar, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    ForeignHolder other = ForeignHolder.start()) {
                assertThat(foreign.lock().isValid()).isTrue();
                for (Duration timeout : List.of(Duration.ZERO, LONG)) {
                    assertThatThrownBy(() -> locks.acquire(file, timeout))
                            .isInstanceOf(LockRefusedException.class)
                            .hasMessageContaining(sidecar + " is locked in this JVM by code that is not this library");
                    assertThatThrownBy(() -> other.lock(sidecar)).hasMessageContaining("busy");
                }
                assertThat(Traces.descriptors(directory)).as("kept by us, once").hasSize(2);
            }
            locks.tryAcquire(file).orElseThrow().close();
            Traces.assertNothingHeldIn(directory);
        }
    }

    @Nested
    @DisplayName("I14: different resources")
    class DifferentResources {

        private final FileLocks locks = FileLocks.create();

        @Test
        void neverWaitForEachOther() throws Exception {
            List<LockTarget> targets = List.of(
                    LockTarget.file(directory.resolve("x")),
                    LockTarget.file(directory.resolve("Cargo.lock")),
                    LockTarget.file(directory.resolve("x.dir")),
                    LockTarget.directory(directory.resolve("x")),
                    LockTarget.directory(directory.resolve("x.dir")),
                    LockTarget.file(directory.resolve("x/y")),
                    LockTarget.file(directory.resolve("z")));
            List<HeldLock> held = new ArrayList<>();
            for (LockTarget target : targets) {
                held.add(InThread.call(() -> locks.tryAcquire(target).orElseThrow()));
            }
            held.forEach(HeldLock::close);
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        void areFreeBesideOneThatIsAwaited() throws Exception {
            HeldLock held = locks.acquire(file);
            InThread<Void> waiter = InThread.start(() -> {
                locks.acquire(file).close();
                return null;
            });
            Traces.awaitWaiters(sidecar, 1);
            InThread.call(() -> {
                for (int i = 0; i < 100; i++) {
                    locks.tryAcquire(directory.resolve("other" + i))
                            .orElseThrow()
                            .close();
                }
                return null;
            });
            assertThat(waiter.isDone()).isFalse();
            held.close();
            waiter.result();
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        void leaveNoEntryInTheTables() throws Exception {
            for (int i = 0; i < 200; i++) {
                try (HeldLock lock = locks.acquire(directory.resolve("other" + i))) {
                    assertThat(Traces.claims()).containsKey(lock.lockFile());
                    assertThat(Traces.inodes()).containsValue(Traces.claims().get(lock.lockFile()));
                }
            }
            Traces.assertNothingHeldIn(directory);
        }
    }
}
