package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileLocksBuilderTest {

    private Path directory;
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        file = directory.resolve("x");
    }

    @Nested
    class WithADefaultTimeout {

        @Test
        void isWithoutLimitUnlessToldOtherwise() {
            assertThat(FileLocks.create().defaultTimeout()).isEqualTo(FileLocks.NO_LIMIT);
        }

        @Test
        void waitsNoLongerWhereNoneIsGiven() throws Exception {
            Duration timeout = Duration.ofMillis(20);
            FileLocks locks = FileLocks.builder().defaultTimeout(timeout).build();
            assertThat(locks.defaultTimeout()).isEqualTo(timeout);
            HeldLock held = InThread.call(() -> locks.acquire(file));
            LockNotAcquiredException busy =
                    catchThrowableOfType(LockNotAcquiredException.class, () -> locks.acquire(file));
            assertThat(busy.waited()).isGreaterThanOrEqualTo(timeout);
            assertThatThrownBy(() -> locks.acquireAll(List.of(LockTarget.file(file))))
                    .isInstanceOf(LockNotAcquiredException.class);
            held.close();
            Traces.assertNothingHeldIn(directory);
        }
    }

    @Nested
    class WithALockDirectory {

        @Test
        void putsTheSidecarsThereAndNothingBesideTheResource() throws IOException {
            Path locks = directory.resolve("locks");
            FileLocks there = FileLocks.builder().lockDirectory(locks).build();
            assertThat(locks).doesNotExist();
            try (HeldLock lock = there.acquire(file)) {
                assertThat(lock.lockFile()).isRegularFile().hasParentRaw(locks);
                assertThat(lock.path()).isEqualTo(file);
            }
            assertThat(file.resolveSibling("x.lock")).doesNotExist();
        }

        @Test
        @DisplayName("I5: a directory that is swapped for another during the acquisition is not locked in its place")
        void aDirectoryThatIsSwappedMeanwhileIsNotLockedInItsPlace() throws IOException {
            FileLocks there = FileLocks.builder()
                    .lockDirectory(directory.resolve("locks"))
                    .build();
            Path one = Files.createDirectory(directory.resolve("d"));
            Path other = Files.createDirectory(directory.resolve("e"));
            // The lock directory is on the faulty file system, whose calls are those between the look and the lock.
            FaultyFileSystem files = new FaultyFileSystem();
            FileLocks faulty = FileLocks.builder()
                    .lockDirectory(files.path(directory.resolve("locks")))
                    .build();
            for (int round = 0; round < 2; round++) {
                AtomicBoolean once = new AtomicBoolean();
                files.rule((call, path) -> {
                    if (call == FaultyFileSystem.Call.OPEN && once.compareAndSet(false, true)) {
                        Files.move(one, directory.resolve("t"));
                        Files.move(other, one);
                        Files.move(directory.resolve("t"), other);
                    }
                });
                Path before = there.lockFile(one.resolve("f"));
                try (HeldLock lock = faulty.acquire(one.resolve("f"))) {
                    assertThat(once).isTrue();
                    assertThat(lock.path()).isEqualTo(one.resolve("f"));
                    assertThat(lock.lockFile().toString())
                            .isEqualTo(there.lockFile(one.resolve("f")).toString())
                            .isNotEqualTo(before.toString());
                }
                Traces.assertNothingHeldIn(directory);
            }
        }

        @Test
        void createsTheDirectoryOfTheResource() {
            FileLocks there = FileLocks.builder()
                    .lockDirectory(directory.resolve("locks"))
                    .build();
            Path deep = directory.resolve("not/yet/x");
            assertThatThrownBy(() -> there.lockFile(deep))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("does not exist; create it first");
            assertThat(directory.resolve("not")).doesNotExist();
            try (HeldLock lock = there.acquire(deep)) {
                assertThat(deep.getParent()).isDirectory();
                assertThat(there.lockFile(deep)).isEqualTo(lock.lockFile());
            }
        }

        @Test
        void isTheSameThroughALink() throws IOException {
            Path locks = Files.createDirectory(directory.resolve("locks"));
            Path link = Files.createSymbolicLink(directory.resolve("link"), locks);
            assertThat(FileLocks.builder().lockDirectory(link).build().lockFile(file))
                    .isEqualTo(FileLocks.builder().lockDirectory(locks).build().lockFile(file));
        }
    }

    @Nested
    class WithSidecarPermissions {

        @Test
        void leavesAnExistingSidecarAlone() throws IOException {
            Path sidecar = Files.createFile(directory.resolve("x.lock"));
            Files.setPosixFilePermissions(sidecar, PosixFilePermissions.fromString("rw-r--r--"));
            Object inode = Files.getAttribute(sidecar, "unix:ino");
            FileLocks.builder()
                    .lockFilePermissions(PosixFilePermissions.fromString("rw-rw-rw-"))
                    .build()
                    .acquire(file)
                    .close();
            assertThat(Files.getPosixFilePermissions(sidecar)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(Files.getAttribute(sidecar, "unix:ino")).isEqualTo(inode);
        }

        @Test
        void leavesAPlantedLinkAlone() throws IOException {
            Path victim = Files.writeString(directory.resolve("victim"), "precious");
            Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
            FaultyFileSystem files = new FaultyFileSystem();
            files.rule((call, path) -> {
                if (call == FaultyFileSystem.Call.LINK) {
                    Files.createSymbolicLink(directory.resolve("x.lock"), victim);
                }
            });
            assertThatThrownBy(() -> FileLocks.builder()
                            .lockFilePermissions(PosixFilePermissions.fromString("rw-rw-rw-"))
                            .build()
                            .acquire(files.path(file)))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("a symbolic link");
            assertThat(victim).hasContent("precious");
            assertThat(Files.getPosixFilePermissions(victim)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            Traces.assertNothingHeldIn(directory);
        }
    }

    @Nested
    class WithAnotherProvider {

        private final List<String> calls = new ArrayList<>();

        private final class Recorder implements LockProvider, LockProvider.Grant {

            @Override
            public Grant acquire(LockRequest request) {
                calls.add(request.target().mode() + " " + request.resource() + " " + request.timeout() + " "
                        + request.operation());
                return this;
            }

            @Override
            public void release() {
                calls.add("release");
            }

            @Override
            public void detach() {
                calls.add("detach");
            }

            @Override
            public boolean isValid() {
                return !calls.contains("lost");
            }
        }

        @Test
        void asksItAloneForLocks() throws IOException {
            Traces traces = Traces.of(directory);
            FileLocks locks = FileLocks.builder().provider(new Recorder()).build();
            HeldLocks held = locks.acquireAll(
                    List.of(LockTarget.file(file).shared()), FileLocks.NO_LIMIT, LockOrigin.of("Jobs.run"));
            HeldLock lock = held.locks().get(0);
            assertThat(lock.isHeld()).isTrue();
            calls.add("lost");
            assertThat(lock.isHeld()).isFalse();
            held.detach().close();
            assertThat(calls)
                    .containsExactly(
                            "SHARED " + file + " " + FileLocks.NO_LIMIT + " Jobs.run", "lost", "detach", "release");
            traces.assertNone();
        }

        @Test
        void mayStandBeforeAnotherAndChangesNothingElse() {
            Path elsewhere = directory.resolve("locks");
            FileLocks locks = FileLocks.builder()
                    .lockDirectory(elsewhere)
                    .defaultTimeout(Duration.ofSeconds(7))
                    .listener(new LockListener() {
                        @Override
                        public void released(LockRequest request, Duration held) {
                            calls.add("listener");
                        }
                    })
                    .provider(new Recorder())
                    .build()
                    .withProvider(provider -> request -> {
                        calls.add("before");
                        return provider.acquire(request);
                    });
            locks.acquire(file).close();
            assertThat(calls).containsExactly("before", "EXCLUSIVE " + file + " PT7S ", "release", "listener");
            assertThat(locks.defaultTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertThat(locks.lockFile(file)).hasParentRaw(elsewhere);
        }

        @Test
        void passesOnThatItIsBusy() {
            FileLocks locks = FileLocks.builder()
                    .provider(request -> {
                        throw new LockNotAcquiredException(request, Duration.ofMillis(7), null);
                    })
                    .build();
            assertThat(locks.tryAcquire(file)).isEmpty();
            LockNotAcquiredException busy = catchThrowableOfType(
                    LockNotAcquiredException.class, () -> locks.acquire(file, Duration.ofSeconds(1)));
            assertThat(busy.waited()).hasMillis(7);
            assertThat(busy.holder()).isEmpty();
            assertThat(busy)
                    .hasMessageContaining("waited:    7 ms")
                    .hasMessageContaining("holder:    unknown: it left no record")
                    .hasMessageContaining(
                            "wanted by: pid " + ProcessHandle.current().pid());
        }
    }
}
