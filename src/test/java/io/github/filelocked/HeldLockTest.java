package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.sidecar.SidecarLockProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HeldLockTest {

    private final FileLocks locks = FileLocks.create();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(file.getParent());
    }

    private boolean isFree() throws Exception {
        return InThread.call(() -> {
            try (HeldLock lock = locks.tryAcquire(file).orElse(null)) {
                return lock != null;
            }
        });
    }

    @Nested
    class WhileItIsHeld {

        @Test
        void namesTheResourceAndTheSidecar() throws Exception {
            try (HeldLock lock =
                    locks.acquire(file.resolveSibling("../" + file.getParent().getFileName() + "/x"))) {
                assertThat(lock.path()).isEqualTo(file);
                assertThat(lock.lockFile())
                        .isEqualTo(file.resolveSibling("x.lock"))
                        .isRegularFile();
                assertThat(lock.lockFile()).isEqualTo(locks.lockFile(file));
                assertThat(lock.isHeld()).isTrue();
                assertThat(lock).hasToString("HeldLock[" + file + ", EXCLUSIVE]");
                assertThat(isFree()).isFalse();
            }
        }

        @Test
        void theResourceItselfIsNeitherMadeNorTouched() {
            try (HeldLock lock = locks.acquire(file)) {
                assertThat(lock.path()).doesNotExist();
            }
        }

        @Test
        void theMissingParentsOfTheSidecarAreMade() {
            try (HeldLock lock = locks.acquire(file.resolve("a/b"))) {
                assertThat(lock.lockFile()).isEqualTo(file.resolve("a/b.lock")).isRegularFile();
            }
        }

        @Test
        void createdDirectoriesAreLoggedOnce() {
            try (Logged log = new Logged()) {
                locks.acquire(file.resolve("a/b")).close();
                locks.acquire(file.resolve("a/c")).close();
                locks.acquire(file.resolve("a/d/e")).close();
                assertThat(log.messages())
                        .containsExactly(
                                "INFO created the missing directory " + file.resolve("a") + ", with its parents in "
                                        + file.getParent() + ", for " + file.resolve("a/b.lock")
                                        + "; if it is not meant, check the path to lock",
                                "INFO created the missing directory " + file.resolve("a/d") + " for "
                                        + file.resolve("a/d/e.lock")
                                        + "; if it is not meant, check the path to lock");
            }
        }

        @Test
        void createdDirectoriesOfResourcesAndOfLockFilesAreLoggedWithALockDirectory() {
            Path directory = file.resolve("locks");
            FileLocks apart = FileLocks.builder().lockDirectory(directory).build();
            try (Logged log = new Logged();
                    HeldLock lock = apart.acquire(file.resolve("a/b"))) {
                assertThat(log.messages())
                        .containsExactly(
                                "INFO created the missing directory " + file.resolve("a") + ", with its parents in "
                                        + file.getParent() + ", for " + file.resolve("a/b")
                                        + "; if it is not meant, check the path to lock",
                                "INFO created the missing directory " + directory + " for " + lock.lockFile()
                                        + "; if it is not meant, check the path to lock");
            }
        }

        @Test
        void aDirectoryMayBeDeletedUnderItsLock() throws IOException {
            Files.createDirectory(file);
            try (HeldLock lock = locks.acquire(LockTarget.directory(file))) {
                Files.delete(lock.path());
                assertThat(lock.isHeld()).isTrue();
            }
        }
    }

    @Nested
    class OnceItIsClosed {

        @Test
        @DisplayName("I20: path() and lockFile() throw")
        void tellsNoPathAnyMore() {
            HeldLock lock = locks.acquire(file);
            lock.close();
            assertThat(lock.isHeld()).isFalse();
            assertThat(lock).hasToString("HeldLock[" + file + ", EXCLUSIVE, released]");
            for (Runnable late : List.<Runnable>of(lock::path, lock::lockFile, lock::detach)) {
                assertThatThrownBy(late::run)
                        .isInstanceOf(LockNotHeldException.class)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining("is released")
                        .hasMessageContaining("do the work before close()");
            }
        }

        @Test
        @DisplayName("I8: a second close() does nothing, even when the next holder is there")
        void aSecondCloseDoesNothing() throws Exception {
            HeldLock first = locks.acquire(file);
            first.close();
            try (HeldLock second = locks.acquire(file)) {
                assertThatCode(first::close).doesNotThrowAnyException();
                InThread.call(() -> {
                    first.close();
                    return null;
                });
                assertThat(second.isHeld()).isTrue();
                assertThat(Traces.claims()).containsKey(second.lockFile());
                assertThat(isFree()).isFalse();
            }
        }

        @Test
        @DisplayName("I8, I13: a second close() of an inner hold does not take the outer one's place")
        void aSecondCloseOfAnInnerHoldLeavesTheOuterOneAlone() throws Exception {
            try (HeldLock outer = locks.acquire(file)) {
                HeldLock inner = locks.acquire(file);
                inner.close();
                inner.close();
                assertThat(outer.isHeld()).isTrue();
                assertThat(isFree()).isFalse();
            }
        }

        @Test
        @DisplayName("I8: two threads that close at a time release once")
        void twoThreadsThatCloseAtATimeReleaseOnce() throws Exception {
            for (int round = 0; round < 200; round++) {
                HeldLock lock = locks.acquire(file);
                InThread<Void> other = InThread.start(() -> {
                    lock.close();
                    return null;
                });
                lock.close();
                other.result();
                assertThat(isFree()).isTrue();
            }
        }

        @Test
        @DisplayName("I15: the sidecar stays, and says nothing about who holds it")
        void theSidecarStays() throws Exception {
            HeldLock lock = locks.acquire(file);
            Path sidecar = lock.lockFile();
            Object inode = Files.getAttribute(sidecar, "unix:ino");
            lock.close();
            assertThat(sidecar).isRegularFile();
            assertThat(Files.getAttribute(sidecar, "unix:ino")).isEqualTo(inode);
            assertThat(isFree()).isTrue();
            assertThat(Files.getAttribute(sidecar, "unix:ino")).isEqualTo(inode);
        }
    }

    @Nested
    class ClosedByAnotherThread {

        @Test
        void isFreeForAll() throws Exception {
            HeldLock lock = locks.acquire(file);
            InThread.call(() -> {
                lock.close();
                return null;
            });
            assertThat(lock.isHeld()).isFalse();
            assertThat(isFree()).isTrue();
        }

        @Test
        @DisplayName("I8: the flag of an interrupted thread that closes survives, and so does the release")
        void byAnInterruptedOneAsWell() throws Exception {
            HeldLock lock = locks.acquire(file);
            boolean flag = InThread.call(() -> {
                Thread.currentThread().interrupt();
                lock.close();
                return Thread.currentThread().isInterrupted();
            });
            assertThat(flag).isTrue();
            assertThat(Files.readString(locks.lockFile(file)).strip())
                    .as("no holder")
                    .doesNotContain("pid=");
            assertThat(isFree()).isTrue();
        }

        @Test
        void isFreeEvenWhenTheAcquiringThreadIsGone() throws Exception {
            HeldLock lock = InThread.call(() -> locks.acquire(file));
            assertThat(locks.tryAcquire(file)).isEmpty();
            lock.close();
            assertThat(isFree()).isTrue();
        }
    }

    @Nested
    class Detached {

        @Test
        @DisplayName("A detach that comes after the release, of another thread, leaves no hold of nobody")
        void tooLateChangesNothing() throws Exception {
            SidecarLockProvider provider = new SidecarLockProvider(new SidecarLockProvider.Options(
                    null, NetworkPolicy.WARN, Duration.ZERO, true, false, name -> name));
            LockTarget target = LockTarget.file(file.toAbsolutePath());
            LockProvider.Grant grant =
                    provider.acquire(new LockRequest(target, locks.lockFile(target), Duration.ZERO, LockOrigin.NONE));
            InThread<HeldLock> behind = InThread.start(() -> locks.acquire(file, Duration.ofSeconds(20)));
            Traces.awaitWaiters(locks.lockFile(file), 1);
            grant.release();
            HeldLock next = behind.result();
            grant.detach();
            next.close();
            assertThat(grant.isValid()).isFalse();
            locks.acquire(file, Duration.ZERO).close();
        }

        @Test
        @DisplayName("I13: the acquiring thread has to wait like any other")
        void theAcquiringThreadOwnsNothing() {
            HeldLock lock = locks.acquire(file).detach();
            assertThat(lock.isHeld()).isTrue();
            assertThat(lock.path()).isEqualTo(file);
            assertThat(locks.tryAcquire(file)).isEmpty();
            assertThat(locks.tryAcquire(file, Duration.ofMillis(20))).isEmpty();
            lock.close();
            locks.acquire(file).close();
        }

        @Test
        void isClosedByWhoeverEndsTheWork() throws Exception {
            HeldLock lock = locks.acquire(file).detach();
            InThread.call(() -> {
                assertThat(lock.path()).isEqualTo(file);
                lock.close();
                return null;
            });
            assertThat(isFree()).isTrue();
        }

        @Test
        void theOtherHoldsOfTheThreadStayItsOwn() {
            try (HeldLock outer = locks.acquire(file)) {
                HeldLock inner = locks.acquire(file).detach();
                try (HeldLock again = locks.acquire(file)) {
                    assertThat(again.isHeld()).isTrue();
                }
                inner.close();
                assertThat(outer.isHeld()).isTrue();
            }
        }

        @Test
        void keepsTheResourceWhenTheOtherHoldsAreGone() throws Exception {
            HeldLock outer = locks.acquire(file);
            HeldLock inner = locks.acquire(file).detach();
            outer.close();
            assertThat(inner.isHeld()).isTrue();
            assertThat(isFree()).isFalse();
            inner.close();
            assertThat(isFree()).isTrue();
        }
    }
}
