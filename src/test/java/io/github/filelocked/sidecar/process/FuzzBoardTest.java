package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.InThread;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FuzzBoardTest {

    @TempDir
    Path dir;

    private FuzzBoard here;
    private FuzzBoard there;

    @BeforeEach
    void openTwice() throws IOException {
        here = FuzzBoard.open(dir.resolve("board"), Duration.ofMillis(50));
        there = FuzzBoard.open(dir.resolve("board"), Duration.ofSeconds(20));
    }

    @Test
    void holdersOfDifferentResourcesAreFine() {
        assertThat(here.enter(0, 0, 0, false)).isEmpty();
        assertThat(there.enter(1, 0, 1, false)).isEmpty();
        assertThat(here.counted(FuzzBoard.Tally.FOUL)).isZero();
    }

    @Test
    void sharedHoldersAreFineTogether() {
        assertThat(here.enter(0, 0, 0, true)).isEmpty();
        assertThat(there.enter(1, 0, 0, true)).isEmpty();
        assertThat(there.leave(1, 0, 0, true)).isEmpty();
        assertThat(there.counted(FuzzBoard.Tally.FOUL)).isZero();
    }

    @Test
    void whoeverLeavesWithoutHavingEnteredCommitsAFoul() {
        assertThat(here.leave(0, 0, 0, true)).isPresent();
        assertThat(there.counted(FuzzBoard.Tally.FOUL)).isOne();
    }

    @Nested
    class WhenAnExclusiveHolderIsInside {

        @BeforeEach
        void enter() {
            assertThat(here.enter(0, 3, 2, false)).isEmpty();
        }

        @Test
        void everyOtherHolderCommitsAFoul() {
            assertThat(there.enter(0, 2, 2, false))
                    .hasValueSatisfying(foul -> assertThat(foul).contains("seat 0 slot 3 is inside"));
            assertThat(there.enter(1, 3, 2, true)).isPresent();
            assertThat(here.counted(FuzzBoard.Tally.FOUL)).isEqualTo(2);
        }

        @Test
        void theNextHolderIsFineAfterItHasLeft() {
            assertThat(here.leave(0, 3, 2, false)).isEmpty();
            assertThat(there.enter(1, 3, 2, false)).isEmpty();
        }

        @Test
        void theSupervisorSeesTheHolder() {
            assertThat(there.hasHolder(0)).isTrue();
            assertThat(there.hasHolder(1)).isFalse();
        }

        @Test
        void theNextHolderIsFineAfterTheProcessHasDied() {
            here.doom(0);
            here.bury(0);
            assertThat(there.enter(1, 0, 2, false)).isEmpty();
            assertThat(there.hasHolder(0)).isFalse();
        }

        @Test
        void aHolderThatMeetsADoomedProcessWaitsForItsDeath() throws Exception {
            here.doom(0);
            InThread<Optional<String>> entering = InThread.start(() -> there.enter(1, 0, 2, false));
            awaitWaiting(entering.thread());
            here.bury(0);
            assertThat(entering.result()).isEmpty();
        }

        @Test
        void aHolderThatMeetsADoomedProcessCommitsAFoulIfThatOneLeavesByItself() throws Exception {
            here.doom(0);
            InThread<Optional<String>> entering = InThread.start(() -> there.enter(1, 0, 2, false));
            awaitWaiting(entering.thread());
            assertThat(here.leave(0, 3, 2, false)).isEmpty();
            assertThat(entering.result())
                    .hasValueSatisfying(foul -> assertThat(foul).contains("alive beside it"));
        }

        @Test
        void aDoomedProcessThatDoesNotDieIsReported() {
            there.doom(0);
            assertThat(here.enter(1, 0, 2, false))
                    .hasValueSatisfying(foul -> assertThat(foul).contains("does not die"));
        }

        private void awaitWaiting(Thread thread) {
            while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
    }
}
