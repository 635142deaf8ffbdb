package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.FrozenHolder;
import io.github.filelocked.fixture.FrozenHolder.Phase;
import io.github.filelocked.sidecar.process.LockActor.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Somebody deletes, replaces or moves what processes are locking. What befalls an awaited sidecar is in ExclusionTest.
 */
@Tag("process")
@Timeout(60)
class MovedSidecarTest {

    private static LockActor holder;
    private static LockActor waiting;
    private static LockActor other;

    private Path dir;

    @BeforeAll
    static void startTheProcesses() {
        holder = LockActor.start();
        waiting = LockActor.start();
        other = LockActor.start();
    }

    @AfterAll
    static void endTheProcesses() {
        holder.close();
        waiting.close();
        other.close();
    }

    @BeforeEach
    void resolveTheDirectory(@TempDir Path temporary) throws IOException {
        dir = temporary.toRealPath();
    }

    @ParameterizedTest
    @CsvSource({"CLAIMED, false", "CLAIMED, true", "OPENED, false", "OPENED, true", "LOCKED, false", "LOCKED, true"})
    @DisplayName("I5: whoever was on the way to a sidecar that is gone stays out while another holds the new one")
    void whoeverWasOnTheWayToASidecarThatIsGoneStaysOut(Phase phase, boolean replaced) throws IOException {
        Path file = dir.resolve("file.txt");
        Path sidecar = Files.createFile(dir.resolve("file.txt.lock"));
        try (ChildJvm late = ChildJvm.start(FrozenHolder.class, file.toString(), phase.name())) {
            late.send("go");
            late.receive("here");
            if (replaced) {
                Files.move(Files.createFile(dir.resolve("other")), sidecar, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.delete(sidecar);
            }
            holder.main().acquire(file);

            late.send("go on");
            assertThat(late.receive("end")).containsExactly("busy");
            assertThat(other.main().tryAcquire(file)).isFalse();
            holder.main().release(file);
            assertThat(other.main().tryAcquire(file)).isTrue();
        }
    }

    @Nested
    class WhenTheDirectoryIsRenamed {

        private Path before;
        private Path after;

        @BeforeEach
        void makeIt() throws IOException {
            before = Files.createDirectory(dir.resolve("before")).resolve("file.txt");
            after = dir.resolve("after").resolve("file.txt");
        }

        private void rename() throws IOException {
            Files.move(before.getParent(), after.getParent());
        }

        /**
         * The old name is another place from now on, which the holder cannot know of, unless it verifies at its
         * release.
         */
        @Test
        void aHeldSidecarStaysLockedUnderTheNewName() throws IOException {
            holder.main().acquire(before);
            rename();
            assertThat(other.main().tryAcquire(after)).isFalse();
            assertThat(other.main().attempt(after, Duration.ofMillis(50)).holdersPid())
                    .isEqualTo(holder.pid());
            holder.main().releaseFindingLoss(before);
            assertThat(other.main().tryAcquire(after)).isTrue();
        }

        @Test
        void aWaiterLocksWhatItAskedForUnderTheOldName() throws IOException {
            holder.main().acquire(before);
            waiting.main().beginAcquire(before);
            waiting.main().awaitWaitingInTheKernel();
            rename();
            holder.main().releaseFindingLoss(before);

            Outcome outcome = waiting.main().outcome();
            assertThat(outcome.acquired()).isTrue();
            assertThat(outcome.text()).isEqualTo(before.toString());
            assertThat(other.main().tryAcquire(before)).isFalse();
            assertThat(other.main().tryAcquire(after)).isTrue();
        }
    }

    @Nested
    class WhenALinkOnTheWayIsTurned {

        private Path old;
        private Path turned;
        private Path link;

        @BeforeEach
        void makeIt() throws IOException {
            old = Files.createDirectory(dir.resolve("old")).resolve("file.txt");
            turned = Files.createDirectory(dir.resolve("new")).resolve("file.txt");
            link = Files.createSymbolicLink(dir.resolve("link"), old.getParent())
                    .resolve("file.txt");
        }

        private void turn() throws IOException {
            Path draft = Files.createSymbolicLink(dir.resolve("draft"), turned.getParent());
            Files.move(draft, link.getParent(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Test
        void theHolderKeepsItsPathAndOthersLockTheNewOne() throws IOException {
            holder.main().acquire(link);
            turn();
            Outcome again = holder.main().attempt(link, Duration.ZERO);
            assertThat(again.acquired()).isTrue();
            assertThat(again.text()).isEqualTo(old.toString());
            assertThat(other.main().tryAcquire(old)).isFalse();

            Outcome others = other.main().attempt(link, Duration.ZERO);
            assertThat(others.acquired()).isTrue();
            assertThat(others.text()).isEqualTo(turned.toString());
        }

        @Test
        void aWaiterGetsWhatItAskedFor() throws IOException {
            holder.main().acquire(link);
            waiting.main().beginAcquire(link);
            waiting.main().awaitWaitingInTheKernel();
            turn();
            holder.main().release(link);

            Outcome outcome = waiting.main().outcome();
            assertThat(outcome.acquired()).isTrue();
            assertThat(outcome.text()).isEqualTo(old.toString());
            assertThat(other.main().tryAcquire(old)).isFalse();
            assertThat(other.main().tryAcquire(link)).isTrue();
        }
    }
}
