package io.github.filelocked.sidecar;

import static io.github.filelocked.fixture.FaultyFileSystem.Call.ACCESS;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.ATTRIBUTES;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.CLOSE;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.DELETE;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.LOCK;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.MKDIR;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.READ;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.STORE;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.TRY_LOCK;
import static io.github.filelocked.fixture.FaultyFileSystem.Call.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each call to the file system is made to fail in its turn, and in every manner in which a call can. */
@Timeout(60)
class FaultTest {

    enum Manner {
        FAILURE,
        BUG,
        ERROR;

        Throwable make() {
            return switch (this) {
                case FAILURE -> new FileSystemException("injected", null, "No space left on device");
                case BUG -> new IllegalStateException("injected");
                case ERROR -> new StackOverflowError("injected");
            };
        }
    }

    /** I23: calls whose failure of any manner costs no lock, because they serve the diagnosis. */
    private static final Set<Call> OF_THE_RECORD = EnumSet.of(READ, WRITE);

    /** The same of a release, which looks for the sidecar as well. */
    private static final Set<Call> OF_A_RELEASES_DIAGNOSIS = EnumSet.of(READ, WRITE, ATTRIBUTES);

    /** Parents that exist are not to be made, and a type of file system that is not known is no obstacle. */
    private static final Set<Call> MAY_FAIL = EnumSet.of(MKDIR, ACCESS, STORE, READ, WRITE);

    private static ForeignHolder foreigner;

    private final FaultyFileSystem files = new FaultyFileSystem();
    private Path directory;
    private int rounds;

    @BeforeAll
    static void startTheOtherProcess() throws IOException {
        foreigner = ForeignHolder.start();
    }

    @AfterAll
    static void endTheOtherProcess() {
        foreigner.close();
    }

    @BeforeEach
    void resolveTheDirectory(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
    }

    /** A file in a directory that does not exist yet, so that an attempt takes all steps there are. */
    private LockTarget fresh() {
        return LockTarget.file(files.path(directory.resolve("round" + ++rounds).resolve("x")));
    }

    private static FileLocks locks() {
        return FileLocks.create();
    }

    private static FileLocks locksWithPermissions() {
        return FileLocks.builder()
                .lockFilePermissions(PosixFilePermissions.fromString("rw-rw----"))
                .build();
    }

    private void assertNothingLeft(LockTarget target) throws Exception {
        files.heal();
        Traces.assertNothingHeldIn(directory);
        InThread.call(() -> {
            try (HeldLock next = locks().tryAcquire(target).orElseThrow()) {
                assertThat(next.isHeld()).isTrue();
            }
            return null;
        });
    }

    private void assertNoDraft() throws IOException {
        Path parent = directory.resolve("round" + rounds);
        if (Files.exists(parent)) {
            try (Stream<Path> all = Files.list(parent)) {
                assertThat(all.map(path -> path.getFileName().toString()))
                        .as("files, of which a half-made sidecar would be one")
                        .isSubsetOf("x.lock");
            }
        }
    }

    /** The exception shows the failure itself: as it is, or as the cause. */
    private static void assertShows(Manner manner, Throwable thrown) {
        if (manner == Manner.FAILURE) {
            assertThat(thrown).isInstanceOf(FileLockingException.class);
            // The JDK's createDirectories puts a failure of its own in the place of some.
            assertThat(thrown.getCause())
                    .satisfiesAnyOf(
                            cause -> assertThat(cause).hasMessageContaining("No space left on device"),
                            cause -> assertThat(cause).isInstanceOf(FileAlreadyExistsException.class));
        } else {
            assertThat(thrown).hasMessage("injected");
        }
    }

    @Nested
    @DisplayName("I7: an attempt that fails at any call leaves nothing behind")
    class AnAttempt {

        private Set<Call> survived(Supplier<FileLocks> locks, boolean shared, Manner manner) throws Exception {
            Set<Call> survived = EnumSet.noneOf(Call.class);
            for (int n = 1; ; n++) {
                LockTarget target = shared ? fresh().shared() : fresh();
                files.failAt(n, manner::make);
                HeldLock lock = null;
                try {
                    lock = locks.get().acquire(target, Duration.ZERO);
                } catch (RuntimeException | Error thrown) {
                    assertShows(manner, thrown);
                }
                Call failed = files.failed();
                files.heal();
                if (lock != null) {
                    lock.close();
                }
                if (failed == null) {
                    assertThat(n).as("calls of one attempt").isGreaterThan(10);
                    return survived;
                }
                if (lock != null) {
                    survived.add(failed);
                }
                if (failed != DELETE) {
                    assertNoDraft();
                }
                assertNothingLeft(target);
            }
        }

        @ParameterizedTest
        @EnumSource
        void toHoldExclusively(Manner manner) throws Exception {
            Set<Call> survived = survived(FaultTest::locks, false, manner);
            assertThat(survived).isSubsetOf(manner == Manner.FAILURE ? MAY_FAIL : OF_THE_RECORD);
        }

        @ParameterizedTest
        @EnumSource
        void toHoldShared(Manner manner) throws Exception {
            Set<Call> survived = survived(FaultTest::locks, true, manner);
            assertThat(survived).isSubsetOf(manner == Manner.FAILURE ? MAY_FAIL : OF_THE_RECORD);
        }

        @ParameterizedTest
        @EnumSource
        void toMakeASidecarWithPermissions(Manner manner) throws Exception {
            Set<Call> survived = survived(FaultTest::locksWithPermissions, false, manner);
            assertThat(survived).isSubsetOf(manner == Manner.FAILURE ? MAY_FAIL : OF_THE_RECORD);
        }

        @Test
        void whoseCloseFailsAsWell() throws Exception {
            LockTarget target = fresh();
            files.rule((call, path) -> {
                if (call == TRY_LOCK || (call == CLOSE && files.count(TRY_LOCK) > 0)) {
                    throw new IOException(call + " injected");
                }
            });
            assertThatThrownBy(() -> locks().acquire(target)).isInstanceOf(LockRefusedException.class);
            assertNothingLeft(target);
        }
    }

    @Nested
    @DisplayName("I7: a wait that fails at any call leaves nothing behind, and those behind it go on")
    class AWait {

        @ParameterizedTest
        @EnumSource
        void inTheQueueOfThisJvm(Manner manner) throws Exception {
            FileLocks locks = locks();
            for (int n = 1, failures = 1; failures > 0; n++) {
                int failAt = n;
                LockTarget target = fresh();
                Path sidecar = locks.lockFile(target);
                InThread<Boolean> failing;
                InThread<Boolean> behind;
                try (HeldLock first = locks.acquire(target)) {
                    assertThat(first.isHeld()).isTrue();
                    failing = InThread.start(() -> {
                        files.failAt(failAt, manner::make);
                        locks.acquire(target).close();
                        return true;
                    });
                    await().pollInterval(Duration.ofMillis(1))
                            .until(() -> failing.isDone() || Traces.waiters(sidecar) == 1);
                    int ahead = failing.isDone() ? 0 : 1;
                    behind = InThread.start(() -> {
                        locks.acquire(target).close();
                        return true;
                    });
                    Traces.awaitWaiters(sidecar, ahead + 1);
                }
                Throwable thrown = catchThrowable(failing::result);
                assertThat(behind.result()).isTrue();
                failures = files.failed() == null ? 0 : 1;
                if (thrown instanceof AssertionError error) {
                    thrown = error.getCause();
                }
                if (thrown != null) {
                    assertShows(manner, thrown);
                }
                assertNothingLeft(target);
            }
        }

        @ParameterizedTest
        @EnumSource
        void inTheKernel(Manner manner) throws Exception {
            FileLocks locks = locks();
            LockTarget target = fresh();
            locks.acquire(target).close();
            foreigner.lock(locks.lockFile(target));
            try {
                for (int n = 1, failures = 1; failures > 0; n++) {
                    files.failAt(n, manner::make);
                    Throwable thrown = catchThrowable(() -> locks.acquire(target, Duration.ofMillis(10)));
                    failures = files.failed() == null ? 0 : 1;
                    if (!(thrown instanceof LockNotAcquiredException)) {
                        assertShows(manner, thrown);
                    }
                    files.heal();
                    Traces.assertNothingHeldIn(directory);
                }
            } finally {
                foreigner.unlock();
            }
            assertNothingLeft(target);
        }

        @Test
        @DisplayName("I18: EDEADLK is contention")
        void goesOnWhenTheKernelSeesADeadlock() throws Exception {
            FileLocks locks = locks();
            LockTarget target = fresh();
            locks.acquire(target).close();
            foreigner.lock(locks.lockFile(target));
            files.failOn(LOCK, () -> new IOException("Resource deadlock avoided"));
            InThread<Boolean> waiter = InThread.start(() -> {
                locks.acquire(target).close();
                return true;
            });
            await().pollInterval(Duration.ofMillis(1)).until(() -> files.count(LOCK) >= 3);
            assertThat(waiter.isDone()).isFalse();
            foreigner.unlock();
            assertThat(waiter.result()).isTrue();
            assertNothingLeft(target);
        }

        @Test
        @DisplayName("I18, I10: what looks like a deadlock all the time ends with the timeout")
        void endsWithItsTimeoutWhenTheKernelSeesADeadlock() throws Exception {
            FileLocks locks = locks();
            LockTarget target = fresh();
            locks.acquire(target).close();
            foreigner.lock(locks.lockFile(target));
            try {
                files.failOn(LOCK, () -> new IOException("Resource deadlock avoided"));
                assertThat(locks.tryAcquire(target, Duration.ofMillis(50))).isEmpty();
            } finally {
                foreigner.unlock();
            }
            assertNothingLeft(target);
        }

        @Test
        void isRefusedWhenTheKernelCannotLockAtAll() throws Exception {
            FileLocks locks = locks();
            LockTarget target = fresh();
            locks.acquire(target).close();
            files.failOn(TRY_LOCK, () -> new IOException("No locks available"));
            assertThatThrownBy(() -> locks.acquire(target))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("No locks available");
            assertNothingLeft(target);
        }

        @Test
        @DisplayName("I10: a holder's record that cannot be read does not keep a waiter beyond its time")
        void endsInTimeWhenTheRecordCannotBeRead() throws Exception {
            FileLocks locks = locks();
            LockTarget target = fresh();
            locks.acquire(target).close();
            foreigner.lock(locks.lockFile(target));
            try {
                for (Manner manner : Manner.values()) {
                    InThread<Boolean> waiter = InThread.start(() -> {
                        Thread thread = Thread.currentThread();
                        files.rule((call, path) -> {
                            if (call == READ && Thread.currentThread() != thread) {
                                throw manner.make();
                            }
                        });
                        return locks.tryAcquire(target, Duration.ofMillis(50)).isEmpty();
                    });
                    assertThat(waiter.result()).isTrue();
                }
            } finally {
                foreigner.unlock();
            }
            assertNothingLeft(target);
        }
    }

    @Nested
    @DisplayName("I8: a release that fails at any call is reported, and gives the claim back")
    class ARelease {

        @ParameterizedTest
        @EnumSource
        void ofAnExclusiveLock(Manner manner) throws Exception {
            releaseFailing(manner, false);
        }

        @ParameterizedTest
        @EnumSource
        void ofASharedLock(Manner manner) throws Exception {
            releaseFailing(manner, true);
        }

        private void releaseFailing(Manner manner, boolean shared) throws Exception {
            FileLocks locks = locks();
            for (int n = 1; ; n++) {
                LockTarget target = shared ? fresh().shared() : fresh();
                HeldLock lock = locks.acquire(target);
                InThread<Boolean> waiter = InThread.start(() -> {
                    locks.acquire(LockTarget.file(target.resource())).close();
                    return true;
                });
                Traces.awaitWaiters(locks.lockFile(target), 1);
                files.failAt(n, manner::make);
                Throwable thrown = catchThrowable(lock::close);
                assertThat(waiter.result()).as("who waited goes on").isTrue();
                assertThat(lock.isHeld()).isFalse();
                Call failed = files.failed();
                lock.close();
                assertNothingLeft(target);
                if (failed == null) {
                    assertThat(thrown).isNull();
                    assertThat(n).as("calls of one release").isGreaterThan(2);
                    return;
                }
                if (OF_A_RELEASES_DIAGNOSIS.contains(failed)) {
                    assertThat(thrown).as("failure of " + failed).isNull();
                    continue;
                }
                assertShows(manner, thrown);
                if (manner == Manner.FAILURE) {
                    assertThat(thrown)
                            .isExactlyInstanceOf(FileLockingException.class)
                            .hasMessageContaining(locks.lockFile(target).toString())
                            .hasMessageContaining("free for this JVM");
                }
            }
        }

        @Test
        @DisplayName("I9: what a body throws in a try wins over a failing release")
        void isSuppressedWhenTheBodyFails() throws Exception {
            LockTarget target = fresh();
            Throwable thrown = catchThrowable(() -> {
                try (HeldLock lock = locks().acquire(target)) {
                    files.failOn(CLOSE, Manner.FAILURE::make);
                    throw new IOException("of the body at " + lock.path());
                }
            });
            assertThat(thrown).isInstanceOf(IOException.class).hasMessageStartingWith("of the body");
            assertThat(thrown.getSuppressed()).hasSize(1).hasOnlyElementsOfType(FileLockingException.class);
            assertNothingLeft(target);
        }
    }

    @Nested
    class SeveralTargets {

        private List<LockTarget> targets() {
            Path parent = directory.resolve("round" + ++rounds);
            return List.of(
                    LockTarget.file(files.path(parent.resolve("a"))),
                    LockTarget.directory(files.path(parent.resolve("b"))).shared(),
                    LockTarget.file(files.path(parent.resolve("c"))));
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("I7: a failure at any of them gives the earlier ones back")
        void areAllOrNone(Manner manner) throws Exception {
            FileLocks locks = locks();
            for (int n = 1, failures = 1; failures > 0; n++) {
                List<LockTarget> targets = targets();
                files.failAt(n, manner::make);
                Throwable thrown = catchThrowable(() -> locks.acquireAll(targets, Duration.ZERO, LockOrigin.NONE)
                        .close());
                failures = files.failed() == null ? 0 : 1;
                if (thrown != null) {
                    assertShows(manner, thrown);
                }
                files.heal();
                Traces.assertNothingHeldIn(directory);
                InThread.call(() -> {
                    locks.tryAcquireAll(targets, Duration.ZERO).orElseThrow().close();
                    return null;
                });
            }
        }

        @Test
        @DisplayName("I8: each is released even if all of them fail, and each failure is shown")
        void areAllReleased() throws Exception {
            List<LockTarget> targets = targets();
            HeldLocks held = locks().acquireAll(targets);
            files.failOn(CLOSE, Manner.FAILURE::make);
            Throwable thrown = catchThrowable(held::close);
            assertThat(thrown).isExactlyInstanceOf(FileLockingException.class);
            assertThat(thrown.getSuppressed()).hasSize(2).hasOnlyElementsOfType(FileLockingException.class);
            for (LockTarget target : targets) {
                assertNothingLeft(target);
            }
        }

        @Test
        @DisplayName("I8: even if they fail with an Error")
        void areAllReleasedAfterAnError() throws Exception {
            List<LockTarget> targets = targets();
            HeldLocks held = locks().acquireAll(targets);
            files.failOn(CLOSE, Manner.ERROR::make);
            assertThatThrownBy(held::close).isInstanceOf(StackOverflowError.class);
            for (LockTarget target : targets) {
                assertNothingLeft(target);
            }
        }

        @Test
        @DisplayName("I9: the reason for giving up wins over a release that fails because of it")
        void showWhyTheyAreNotHeld() throws Exception {
            List<LockTarget> targets = targets();
            locks().acquireAll(targets).close();
            HeldLock busy = InThread.call(() -> locks().acquire(targets.get(2)));
            files.failOn(CLOSE, Manner.FAILURE::make);
            Throwable thrown = catchThrowable(
                    () -> locks().acquireAll(List.of(targets.get(0), targets.get(2)), Duration.ZERO, LockOrigin.NONE));
            files.heal();
            busy.close();
            assertThat(thrown).isInstanceOf(LockNotAcquiredException.class);
            assertThat(thrown.getSuppressed()).hasSize(1).hasOnlyElementsOfType(FileLockingException.class);
            for (LockTarget target : targets) {
                assertNothingLeft(target);
            }
        }
    }
}
