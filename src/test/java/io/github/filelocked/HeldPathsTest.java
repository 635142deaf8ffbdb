package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A spelling keeps its meaning for a thread until the thread's last release, even if a link in it changes (I13). */
@Timeout(30)
@DisplayName("I13: a spelling by which a thread holds a resource")
class HeldPathsTest {

    private final FileLocks locks = FileLocks.create();
    private Path directory;
    private Path old;
    private Path turned;
    private Path link;
    private LockTarget spelling;

    @BeforeEach
    void makeALink(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        old = Files.createDirectory(directory.resolve("old")).resolve("x");
        turned = Files.createDirectory(directory.resolve("new")).resolve("x");
        link = Files.createSymbolicLink(directory.resolve("link"), old.getParent());
        spelling = LockTarget.file(link.resolve("x"));
    }

    @AfterEach
    void nothingIsHeld() throws IOException {
        Traces.assertNothingHeldIn(directory);
    }

    private void turnTheLink() throws IOException {
        Files.delete(link);
        Files.createSymbolicLink(link, turned.getParent());
    }

    private void assertMeans(Path resource) {
        try (HeldLock again = locks.acquire(spelling.shared())) {
            assertThat(again.path()).isEqualTo(resource);
        }
    }

    @Test
    void keepsItsMeaningBesideAnotherThreadThatHoldsItToo() throws Exception {
        HeldLock others = InThread.call(() -> locks.acquire(spelling.shared()));
        try (HeldLock lock = locks.acquire(spelling.shared())) {
            turnTheLink();
            assertMeans(lock.path());
            others.close();
            assertMeans(old);
        }
        assertMeans(turned);
    }

    @Test
    void keepsItsMeaningUntilTheLastOfItsLocksIsClosed() throws IOException {
        HeldLock outer = locks.acquire(spelling);
        HeldLock inner = locks.acquire(spelling);
        turnTheLink();
        outer.close();
        outer.close();
        assertMeans(old);
        inner.close();
        assertMeans(turned);
    }

    @Test
    void losesItsMeaningWhenTheLockIsDetached() throws IOException {
        HeldLock lock = locks.acquire(spelling);
        turnTheLink();
        lock.detach();
        assertMeans(turned);
        HeldLock other = locks.acquire(spelling);
        lock.close();
        turnTheLink();
        assertMeans(turned);
        other.close();
    }

    @Test
    void meansSomethingElseToOtherThreads() throws Exception {
        try (HeldLock lock = locks.acquire(spelling)) {
            turnTheLink();
            InThread.call(() -> {
                assertMeans(turned);
                return null;
            });
            assertThat(lock.path()).isEqualTo(old);
        }
    }

    @Test
    void keepsItsMeaningWhenAnotherThreadClosesAnotherLockOfIt() throws Exception {
        HeldLock outer = locks.acquire(spelling);
        HeldLock inner = locks.acquire(spelling);
        turnTheLink();
        InThread.call(() -> {
            inner.close();
            return null;
        });
        assertMeans(old);
        outer.close();
        assertMeans(turned);
    }

    @Test
    void namesTheSameLockFileMeanwhile() throws IOException {
        try (HeldLock lock = locks.acquire(spelling)) {
            turnTheLink();
            assertThat(locks.lockFile(spelling)).isEqualTo(lock.lockFile());
        }
        assertThat(locks.lockFile(spelling)).isEqualTo(turned.resolveSibling("x.lock"));
    }

    @Test
    @DisplayName("I5: a link in a directory that is swapped during the acquisition is resolved again")
    void aLinkInADirectoryThatIsSwappedIsResolvedAgain() throws IOException {
        Files.createSymbolicLink(old.resolveSibling("f"), Path.of("real"));
        Files.createSymbolicLink(turned.resolveSibling("f"), Path.of("other"));
        FaultyFileSystem files = new FaultyFileSystem();
        AtomicBoolean once = new AtomicBoolean();
        files.rule((call, path) -> {
            if (call == Call.OPEN && once.compareAndSet(false, true)) {
                Path aside = Files.move(old.getParent(), directory.resolve("aside"));
                Files.move(turned.getParent(), old.getParent());
                Files.move(aside, turned.getParent());
            }
        });
        try (HeldLock lock = locks.acquire(files.path(old.resolveSibling("f")))) {
            assertThat(once).isTrue();
            assertThat(lock.path().toString())
                    .isEqualTo(old.resolveSibling("other").toString());
            assertThat(lock.lockFile().toString())
                    .isEqualTo(old.resolveSibling("other.lock").toString());
        }
    }
}
