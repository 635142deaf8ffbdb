package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("I7: a failure after the lock was acquired gives it back")
@Timeout(60)
class LateFailureTest {

    /** With a link on the way, the directory is compared once more when the lock is held. */
    @Test
    void aFailureOfAnyCallOnAPathWithALinkLeavesNothingHeld(@TempDir Path temporary) throws Exception {
        Path directory = temporary.toRealPath();
        Files.createDirectory(directory.resolve("real"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));
        FaultyFileSystem files = new FaultyFileSystem();
        FileLocks locks = FileLocks.create();
        int failures = 0;
        while (true) {
            files.failAt(failures + 1, () -> new OutOfMemoryError("of the test"));
            AtomicReference<HeldLock> lock = new AtomicReference<>();
            Throwable failure = catchThrowable(
                    () -> lock.set(locks.acquire(files.path(directory.resolve("link/x")), Duration.ZERO)));
            boolean reached = files.failed() != null;
            files.heal();
            if (lock.get() != null) {
                lock.get().close();
            }
            Traces.assertNothingHeldIn(directory);
            if (!reached) {
                assertThat(failure).isNull();
                break;
            }
            failures++;
        }
        assertThat(failures).isGreaterThan(5);
    }
}
