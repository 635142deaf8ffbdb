package io.github.filelocked.sidecar.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class LogTest {

    /** I23: a line about a lock does not cost it. */
    @Nested
    class WithAHandlerThatThrows extends Handler {

        private final Logger logger = Logger.getLogger("io.github.filelocked.sidecar");
        private final boolean toParents = logger.getUseParentHandlers();
        private Supplier<Throwable> failure = () -> new IllegalStateException("no failure is set");
        private int lines;

        @BeforeEach
        void listen() {
            logger.addHandler(this);
            logger.setUseParentHandlers(false);
        }

        @AfterEach
        void stopListening() {
            logger.removeHandler(this);
            logger.setUseParentHandlers(toParents);
        }

        static Stream<Supplier<Throwable>> failures() {
            return Stream.of(
                    () -> new IllegalStateException("the handler"),
                    () -> new NoClassDefFoundError("the/Layout"),
                    () -> new OutOfMemoryError("the handler"),
                    () -> new StackOverflowError("the handler"));
        }

        @ParameterizedTest
        @MethodSource("failures")
        void theLockIsAcquiredAndReleased(Supplier<Throwable> howItFails, @TempDir Path temporary) throws IOException {
            failure = howItFails;
            Path directory = temporary.toRealPath();
            FileLocks locks = FileLocks.builder()
                    .listener(new LockListener() {
                        @Override
                        public void acquired(LockRequest request, Duration waited) {
                            throw new IllegalStateException("the listener");
                        }
                    })
                    .build();
            assertThatCode(() -> {
                        HeldLock lock = locks.acquire(directory.resolve("x"));
                        assertThat(Files.exists(lock.lockFile())).isTrue();
                        lock.close();
                    })
                    .doesNotThrowAnyException();
            assertThat(lines).isPositive();
            Traces.assertNothingHeldIn(directory);
        }

        @Override
        public void publish(LogRecord record) {
            lines++;
            Throwable thrown = failure.get();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void noLineCanForgeAnother() {
        try (Logged logged = new Logged()) {
            Log.log(Level.WARNING, "thread \"a\nWARNING b\u001b[2J\u2028\"", null);
            assertThat(logged.messages()).containsExactly("WARNING thread \"a?WARNING b?[2J?\"");
        }
    }
}
