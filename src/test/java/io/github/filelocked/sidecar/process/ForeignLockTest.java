package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that know nothing of this library, and lock the sidecar with {@code fcntl}. */
@Tag("process")
@Timeout(60)
class ForeignLockTest {

    private static final String PYTHON = """
            import fcntl, sys
            file = open(sys.argv[1], 'r+')
            for line in sys.stdin:
                how = {'lock': fcntl.LOCK_EX, 'tryLock': fcntl.LOCK_EX | fcntl.LOCK_NB, 'unlock': fcntl.LOCK_UN}
                try:
                    fcntl.lockf(file, how[line.strip()], 1, 0)
                    print('@foreign\\tacquired', flush=True)
                except OSError:
                    print('@foreign\\tbusy', flush=True)
            """;

    @TempDir
    Path dir;

    /** Some program that can lock a sidecar. */
    interface Foreigner extends AutoCloseable {

        void lock();

        long pid();

        boolean tryLock();

        void unlock();

        @Override
        void close();
    }

    /** Returns the command that starts one. */
    record Language(String name, Function<Path, Foreigner> starter) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Those that every JVM has, and another one where there is one. */
    static Stream<Language> languages() {
        List<Language> languages = new ArrayList<>();
        languages.add(new Language("a plain FileChannel on byte 0", sidecar -> new Java(sidecar, 1)));
        languages.add(
                new Language("a plain FileChannel on the whole file", sidecar -> new Java(sidecar, Long.MAX_VALUE)));
        if (isThere("python3")) {
            languages.add(new Language("Python's fcntl.lockf", Python::new));
        }
        return languages.stream();
    }

    @ParameterizedTest
    @MethodSource("languages")
    void theirLockExcludesUs(Language language) throws IOException {
        Path file = dir.resolve("file.txt");
        try (Foreigner foreigner = language.starter().apply(Files.createFile(dir.resolve("file.txt.lock")));
                LockActor process = LockActor.start()) {
            foreigner.lock();
            LockActor.Outcome busy = process.main().attempt(file, Duration.ZERO);
            assertThat(busy.acquired()).isFalse();
            assertThat(busy.holdersPid()).isEqualTo(foreigner.pid());
            assertThat(busy.text())
                    .containsPattern("pid " + foreigner.pid() + " \\((java|python3?[.0-9]*)\\), which left no record");
            process.main().beginAcquire(file);
            process.main().awaitWaitingInTheKernel();

            foreigner.unlock();
            process.main().awaitAcquired();
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void ourLockExcludesThem(Language language) throws IOException {
        Path file = dir.resolve("file.txt");
        try (Foreigner foreigner = language.starter().apply(Files.createFile(dir.resolve("file.txt.lock")));
                LockActor process = LockActor.start()) {
            process.main().acquire(file);
            assertThat(foreigner.tryLock()).isFalse();

            process.main().release(file);
            assertThat(foreigner.tryLock()).isTrue();
        }
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static final class Java implements Foreigner {

        private final LockActor actor = LockActor.start();
        private final String sidecar;
        private final String size;

        Java(Path sidecar, long size) {
            this.sidecar = sidecar.toString();
            this.size = String.valueOf(size);
        }

        @Override
        public void lock() {
            assertThat(actor.main().tell("foreignLock", sidecar, "0", size)).containsExactly("acquired");
        }

        @Override
        public boolean tryLock() {
            return actor.main()
                    .tell("foreignTryLock", sidecar, "0", size)
                    .get(0)
                    .equals("acquired");
        }

        @Override
        public void unlock() {
            assertThat(actor.main().tell("foreignUnlock", sidecar)).containsExactly("released");
        }

        @Override
        public long pid() {
            return actor.pid();
        }

        @Override
        public void close() {
            actor.close();
        }
    }

    private static final class Python implements Foreigner {

        private final ChildJvm process;

        Python(Path sidecar) {
            this.process = ChildJvm.startProgram("python3", "-c", PYTHON, sidecar.toString());
        }

        @Override
        public void lock() {
            assertThat(tell("lock")).isTrue();
        }

        @Override
        public boolean tryLock() {
            return tell("tryLock");
        }

        @Override
        public void unlock() {
            assertThat(tell("unlock")).isTrue();
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public void close() {
            process.close();
        }

        private boolean tell(String what) {
            process.send(what);
            return process.receive("foreign").get(0).equals("acquired");
        }
    }
}
