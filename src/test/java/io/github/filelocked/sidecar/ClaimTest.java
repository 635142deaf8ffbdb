package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.sidecar.Claim.Turn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decisions of a claim, step by step, without a file. */
class ClaimTest {

    private final List<String> woken = new ArrayList<>();
    private Claim claim;

    @BeforeEach
    void join(@TempDir Path temporary) {
        claim = Claim.join(temporary.resolve("x.lock"), temporary.resolve("x"), name -> name);
    }

    @AfterEach
    void leave() {
        claim.leave();
    }

    @Test
    void aSingleSharedAttemptIsNotRefusedBecauseOfSharedRequests() {
        TestWaiter first = new TestWaiter("first", true, false);
        TestWaiter waiter = new TestWaiter("waiter", true, false);
        TestWaiter single = new TestWaiter("single", true, true);
        assertThat(claim.enter(first)).isEqualTo(Turn.ATTEMPT);
        assertThat(claim.enter(waiter)).isEqualTo(Turn.WAIT);
        assertThat(claim.enter(single)).as("as a bystander").isEqualTo(Turn.WAIT);
        claim.free();
        assertThat(woken).contains("waiter", "single");
        assertThat(claim.enter(single)).isEqualTo(Turn.ATTEMPT);
        claim.free();
        claim.leaveLine(waiter);
    }

    @Test
    void anExclusiveWaiterInTheLineRefusesSingleSharedAttempts() {
        TestWaiter first = new TestWaiter("first", true, false);
        TestWaiter writer = new TestWaiter("writer", false, false);
        TestWaiter single = new TestWaiter("single", true, true);
        assertThat(claim.enter(first)).isEqualTo(Turn.ATTEMPT);
        assertThat(claim.enter(writer)).isEqualTo(Turn.WAIT);
        assertThat(claim.enter(single)).isEqualTo(Turn.BUSY);
        claim.leaveLine(writer);
        assertThat(claim.enter(single)).as("when the writer has given up").isEqualTo(Turn.WAIT);
        claim.free();
    }

    @Test
    void aSingleAttemptDoesNotWaitForAnotherProcess() {
        TestWaiter head = new TestWaiter("head", true, false);
        TestWaiter single = new TestWaiter("single", true, true);
        assertThat(claim.enter(head)).isEqualTo(Turn.ATTEMPT);
        assertThat(claim.enter(single)).isEqualTo(Turn.WAIT);
        assertThat(claim.becomeHead(head)).isTrue();
        assertThat(woken).containsExactly("single");
        assertThat(claim.enter(single)).isEqualTo(Turn.BUSY);
        claim.leaveLine(head);
        claim.free();
    }

    @Test
    void waitersAreServedInFifoOrder() {
        TestWaiter holder = new TestWaiter("holder", false, false);
        TestWaiter first = new TestWaiter("first", false, false);
        TestWaiter second = new TestWaiter("second", false, false);
        assertThat(claim.enter(holder)).isEqualTo(Turn.ATTEMPT);
        assertThat(claim.enter(first)).isEqualTo(Turn.WAIT);
        assertThat(claim.enter(second)).isEqualTo(Turn.WAIT);
        claim.free();
        assertThat(woken).containsExactly("first");
        assertThat(claim.enter(second)).isEqualTo(Turn.WAIT);
        assertThat(claim.enter(first)).isEqualTo(Turn.ATTEMPT);
        claim.free();
        claim.leaveLine(first);
        assertThat(woken).endsWith("second");
        claim.leaveLine(second);
    }

    private final class TestWaiter implements Claim.Waiter {

        private final Runnable wake;
        private final boolean shared;
        private final boolean single;

        TestWaiter(String name, boolean shared, boolean single) {
            this.wake = () -> woken.add(name);
            this.shared = shared;
            this.single = single;
        }

        @Override
        public Runnable wake() {
            return wake;
        }

        @Override
        public @Nullable Thread owner() {
            return null;
        }

        @Override
        public boolean isShared() {
            return shared;
        }

        @Override
        public boolean isSingle() {
            return single;
        }

        @Override
        public boolean mayJoin() {
            return true;
        }
    }
}
