package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.fixture.Logged;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RelativePathsTest {

    @TempDir
    Path temporary;

    private Path base;

    /** A path that no other test of this JVM has used. */
    private final Path relative = Path.of("target", "relative-" + UUID.randomUUID());

    @BeforeEach
    void resolveTheBase() throws IOException {
        base = temporary.toRealPath();
    }

    static class Jobs {

        @FileLocked("#{#p0}")
        static Path ofAnArgument(Object file) {
            return LockedPath.current();
        }

        @FileLocked("data/daily.csv")
        static Path constant() {
            return LockedPath.current();
        }
    }

    private static Path call(FileLocks locks, String name, Object... arguments) throws Throwable {
        Method method = List.of(Jobs.class.getDeclaredMethods()).stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return (Path) new FileLockedInvoker(locks).invoke(new FileLockedInvocation() {
            @Override
            public Method method() {
                return method;
            }

            @Override
            public Object target() {
                return null;
            }

            @Override
            public Class<?> targetClass() {
                return Jobs.class;
            }

            @Override
            public List<String> parameterNames() {
                return List.of();
            }

            @Override
            public Object[] arguments() {
                return arguments;
            }

            @Override
            public Object proceed() throws Exception {
                return method.invoke(null, arguments);
            }
        });
    }

    private List<String> linesOf(Path path, Logged log) {
        return log.messages().stream()
                .filter(message -> message.contains(path.toString()))
                .toList();
    }

    @Nested
    class WithoutABaseDirectory {

        private final FileLocks locks = FileLocks.create();

        @Test
        void theAbsoluteFormOfAnAnnotationsPathIsLoggedOnce() throws Throwable {
            try (Logged log = new Logged()) {
                call(locks, "ofAnArgument", relative);
                call(locks, "ofAnArgument", relative);
                assertThat(linesOf(relative, log))
                        .containsExactly("INFO RelativePathsTest$Jobs.ofAnArgument locks the relative path " + relative
                                + ", which is " + relative.toAbsolutePath() + " in this working directory");
            }
        }

        @Test
        void theAbsoluteFormOfAProgramsPathIsLoggedOnce() {
            try (Logged log = new Logged()) {
                locks.acquire(relative).close();
                FileLocks.create().tryAcquire(relative).orElseThrow().close();
                assertThat(linesOf(relative, log))
                        .containsExactly("INFO a caller of FileLocks locks the relative path " + relative
                                + ", which is " + relative.toAbsolutePath() + " in this working directory");
            }
        }

        @Test
        void nothingIsLoggedOfAnAbsolutePath() {
            try (Logged log = new Logged()) {
                locks.acquire(base.resolve(relative.getFileName())).close();
                assertThat(linesOf(relative.getFileName(), log)).noneMatch(line -> line.contains("relative path"));
            }
        }

        @Test
        void nothingIsLoggedOfAQuestion() {
            try (Logged log = new Logged()) {
                assertThat(locks.holder(relative)).isEmpty();
                assertThat(locks.lockFile(relative)).isAbsolute();
                assertThat(linesOf(relative, log)).isEmpty();
            }
        }
    }

    @Nested
    class WithABaseDirectory {

        private FileLocks locks;

        @BeforeEach
        void build() {
            locks = FileLocks.builder().baseDirectory(base).build();
        }

        @Test
        void aProgramsPathBelongsToIt() {
            try (HeldLock lock = locks.acquire(Path.of("a/b.csv"))) {
                assertThat(lock.path()).isEqualTo(base.resolve("a/b.csv"));
                assertThat(lock.lockFile()).isEqualTo(base.resolve("a/b.csv.lock"));
            }
        }

        @Test
        void theTargetsOfAllKindsOfAcquisitionsBelongToIt() throws Exception {
            LockTarget target = LockTarget.directory(Path.of("d"));
            Path directory = base.resolve("d");
            try (HeldLocks several =
                    locks.acquireAll(List.of(target, LockTarget.file(Path.of("f"))), Duration.ZERO, LockOrigin.NONE)) {
                assertThat(several.locks()).extracting(HeldLock::path).containsExactly(directory, base.resolve("f"));
            }
            try (HeldLock tried = locks.tryAcquire(target).orElseThrow()) {
                assertThat(tried.path()).isEqualTo(directory);
            }
            try (HeldLock later =
                    locks.acquireAsync(target, Duration.ofSeconds(20)).get(20, TimeUnit.SECONDS)) {
                assertThat(later.path()).isEqualTo(directory);
            }
            try (HeldLock patient = locks.acquireUninterruptibly(target, Duration.ofSeconds(20))) {
                assertThat(patient.path()).isEqualTo(directory);
            }
            assertThat(locks.withProvider(same -> same).lockFile(target)).isEqualTo(base.resolve("d.dir.lock"));
        }

        @Test
        void anAnnotationsPathBelongsToIt() throws Throwable {
            assertThat(call(locks, "constant")).isEqualTo(base.resolve("data/daily.csv"));
            assertThat(call(locks, "ofAnArgument", "x.csv")).isEqualTo(base.resolve("x.csv"));
            assertThat(call(locks, "ofAnArgument", Path.of("y.csv"))).isEqualTo(base.resolve("y.csv"));
        }

        @Test
        void anAbsolutePathStaysAsItIs() throws IOException {
            Path elsewhere = Files.createTempDirectory(base, "elsewhere").resolve("x");
            try (HeldLock lock = locks.acquire(elsewhere)) {
                assertThat(lock.path()).isEqualTo(elsewhere);
            }
        }

        @Test
        void theRelativeAndTheAbsolutePathAreOneResource() {
            try (HeldLock lock = FileLocks.create().acquire(base.resolve("x"))) {
                assertThat(lock.isHeld()).isTrue();
                assertThat(locks.holder(Path.of("x"))).isPresent();
            }
        }

        @Test
        void theEmptyPathIsStillRejected() {
            assertThatThrownBy(() -> locks.acquire(LockTarget.directory(Path.of(""))))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("the path to lock is empty");
        }

        @Test
        void theAbsoluteFormIsLogged() {
            try (Logged log = new Logged()) {
                locks.acquire(relative).close();
                assertThat(linesOf(relative, log))
                        .contains("INFO a caller of FileLocks locks the relative path " + relative + ", which is "
                                + base.resolve(relative) + " in the base directory");
            }
        }
    }

    @Nested
    class WhenTheBaseDirectoryIsBuilt {

        @Test
        void aRelativeOneIsRejected() {
            assertThatThrownBy(() -> FileLocks.builder().baseDirectory(Path.of("data")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("baseDirectory: \"data\" is relative; name it from the root directory, as in "
                            + Path.of("data").toAbsolutePath());
        }

        @Test
        void aMissingOneAndAFileAreRejected() throws IOException {
            for (Path wrong : List.of(base.resolve("missing"), Files.createFile(base.resolve("file")))) {
                assertThatThrownBy(() -> FileLocks.builder().baseDirectory(wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("baseDirectory: \"" + wrong + "\" is not an existing directory; create it first");
            }
        }
    }
}
