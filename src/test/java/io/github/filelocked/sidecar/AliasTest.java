package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One file under two paths, and a lock file as a resource. */
@Timeout(60)
class AliasTest {

    private final FileLocks locks = FileLocks.create();
    private Path directory;

    @BeforeEach
    void resolveTheDirectory(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(directory);
    }

    private static Reason reason(Callable<HeldLock> attempt) {
        Reason[] reason = new Reason[1];
        assertThatThrownBy(attempt::call)
                .isInstanceOfSatisfying(LockRefusedException.class, refused -> reason[0] = refused.reason());
        return reason[0];
    }

    /** Needs root, as the tests of several users do. */
    @Nested
    @DisplayName("I1, I13: a directory that is mounted at a second place")
    class MountedTwice {

        private Path here;
        private Path there;

        @BeforeEach
        void mount() throws IOException {
            here = Files.createDirectory(directory.resolve("here")).resolve("f");
            there = Files.createDirectory(directory.resolve("there")).resolve("f");
            Child.run(
                    Child.rootPrefix(),
                    "mount",
                    "--bind",
                    here.getParent().toString(),
                    there.getParent().toString());
        }

        @AfterEach
        void unmount() throws IOException {
            Child.run(Child.rootPrefix(), "umount", there.getParent().toString());
        }

        @Test
        void theHolderEntersAgainUnderTheOtherPath() {
            try (HeldLock outer = locks.acquire(here);
                    HeldLock inner = locks.acquire(there, Duration.ofSeconds(10));
                    HeldLock single = locks.tryAcquire(there).orElseThrow()) {
                assertThat(outer.isHeld() && inner.isHeld() && single.isHeld()).isTrue();
            }
        }

        @Test
        void anotherThreadIsKeptOutUnderBothPathsUntilTheLastRelease() throws Exception {
            HeldLock outer = locks.acquire(here);
            HeldLock inner = locks.acquire(there);
            outer.close();
            assertThat(InThread.call(() -> locks.tryAcquire(here))).isEmpty();
            assertThat(InThread.call(() -> locks.tryAcquire(there, Duration.ofMillis(20))))
                    .isEmpty();
            InThread<Void> waiter = InThread.start(() -> {
                locks.acquire(there).close();
                return null;
            });
            Traces.awaitWaiters(locks.lockFile(here), 1);
            inner.close();
            waiter.result();
        }

        @Test
        void sharedHoldersHoldTogetherAndAnUpgradeIsRejectedUnderTheOtherPathToo() throws Exception {
            try (HeldLock first = locks.acquire(LockTarget.file(here).shared())) {
                InThread.call(() -> {
                    locks.tryAcquire(LockTarget.file(there).shared())
                            .orElseThrow()
                            .close();
                    return null;
                });
                assertThat(reason(() -> locks.acquire(there))).isEqualTo(Reason.UPGRADE);
                assertThat(first.isHeld()).isTrue();
            }
        }

        @Test
        void aLockFileInUseIsRejectedAsAResourceUnderTheOtherPathToo() {
            try (HeldLock held = locks.acquire(here)) {
                Path lockFile = there.resolveSibling("f.lock");
                assertThat(reason(() -> locks.acquire(lockFile))).isEqualTo(Reason.IN_USE_AS_LOCK_FILE);
                assertThat(held.isHeld()).isTrue();
            }
        }
    }

    @Nested
    @DisplayName("I2: a lock file as a resource")
    class LockFileAsResource {

        @Test
        void isRejectedWhileItIsInUse() throws Exception {
            Path file = directory.resolve("a");
            try (HeldLock held = locks.acquire(file)) {
                assertThat(InThread.call(() -> reason(() -> locks.acquire(directory.resolve("a.lock")))))
                        .isEqualTo(Reason.IN_USE_AS_LOCK_FILE);
                assertThat(held.ensureHeld().isHeld()).isTrue();
            }
        }

        @Test
        void isALockFileThatIsRejectedWhileTheResourceIsInUse() {
            try (HeldLock held = locks.acquire(directory.resolve("a.lock"))) {
                assertThat(reason(() -> locks.acquire(directory.resolve("a")))).isEqualTo(Reason.IN_USE_AS_LOCK_FILE);
                assertThat(held.isHeld()).isTrue();
            }
        }

        @Test
        void isNoProblemIfItIsOneByNameOnly() {
            try (HeldLock cargo = locks.acquire(directory.resolve("Cargo.lock"));
                    HeldLock other = locks.acquire(directory.resolve("other.lock"))) {
                assertThat(cargo.isHeld() && other.isHeld()).isTrue();
            }
        }
    }
}
