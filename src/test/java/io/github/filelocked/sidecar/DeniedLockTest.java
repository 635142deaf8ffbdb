package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDK reports EACCES of a lock call as "busy". */
@Timeout(60)
@DisplayName("I25: a lock call that the system denies")
class DeniedLockTest {

    private final FaultyFileSystem files = new FaultyFileSystem();
    private final FileLocks locks = FileLocks.create();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path directory) throws IOException {
        file = directory.toRealPath().resolve("x");
    }

    @ParameterizedTest
    @EnumSource
    void isRejectedAsNotPermitted(LockMode mode) throws IOException {
        files.denyLocks();
        LockTarget target = new LockTarget(files.path(file), ResourceType.FILE, mode);
        for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(30), FileLocks.NO_LIMIT)) {
            assertThatThrownBy(() -> locks.acquire(target, timeout))
                    .isInstanceOfSatisfying(
                            LockRefusedException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_PERMITTED))
                    .hasMessageContaining("locks are not permitted here");
        }
        Traces.assertNothingHeldIn(file.getParent());
    }

    /** A lock of all bytes is the one case in which the byte that nobody locks is not free either. */
    @Test
    void isNotConfusedWithAFileThatAnotherProcessLocksAsAWhole() throws Exception {
        Path lockFile = locks.lockFile(file);
        locks.acquire(file).close();
        try (WholeFileHolder holder = WholeFileHolder.start(lockFile)) {
            assertThat(holder.isAlive()).isTrue();
            assertThat(locks.tryAcquire(file)).isEmpty();
            assertThat(locks.tryAcquire(file, Duration.ofMillis(100))).isEmpty();
        }
        locks.tryAcquire(file).orElseThrow().close();
    }

    /** A process that locks a file as {@code FileChannel.lock()} does. */
    private static final class WholeFileHolder implements AutoCloseable {

        private final Process process;

        private WholeFileHolder(Process process) {
            this.process = process;
        }

        static WholeFileHolder start(Path lockFile) throws IOException {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Process process = new ProcessBuilder(
                            java,
                            "-cp",
                            System.getProperty("java.class.path"),
                            WholeFileMain.class.getName(),
                            lockFile.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(process.inputReader().readLine()).isEqualTo("locked");
            return new WholeFileHolder(process);
        }

        boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    /** Locks, says so, and stays until its parent has gone. */
    static final class WholeFileMain {

        private WholeFileMain() {}

        public static void main(String... arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                if (channel.lock().isValid()) {
                    System.out.println("locked");
                    int end = System.in.read(); // The end of the parent's output.
                    System.out.println(end);
                }
            }
        }
    }
}
