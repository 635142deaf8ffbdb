package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.FrozenHolder;
import io.github.filelocked.fixture.FrozenHolder.Phase;
import io.github.filelocked.sidecar.process.LockActor.Outcome;
import io.github.filelocked.sidecar.process.LockActor.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kill -9} at each step of the protocol, which the holder has reached for certain, since it waits there.
 * {@code -Dfilelocked.stress=long} repeats each a hundred times.
 */
@Tag("process")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@DisplayName("I16: when the holder is killed")
class KilledHolderTest {

    private static final int ROUNDS = Stress.isLong() ? 100 : 5;

    /** Far more than the kernel needs, and less than any lease. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static LockActor waiting;
    private static LockActor third;

    private Path file;

    @BeforeAll
    static void startTheOthers() {
        waiting = LockActor.start();
        third = LockActor.start();
    }

    @AfterAll
    static void endTheOthers() {
        waiting.close();
        third.close();
    }

    @BeforeEach
    void resolveTheFile(@TempDir Path dir) throws IOException {
        file = dir.toRealPath().resolve("file.txt");
    }

    @ParameterizedTest
    @EnumSource
    void aWaiterOfAnotherProcessGoesOn(Phase phase) {
        List<ChildJvm> holders = new ArrayList<>();
        try {
            holders.add(launch(phase));
            for (int round = 0; round < ROUNDS; round++) {
                holders.add(launch(phase)); // For the next round: a JVM takes its time to start.
                ChildJvm holder = holders.get(round);
                holder.send("go");
                holder.receive("here");
                if (phase.isLocked()) {
                    waitersGoOn(holder);
                } else {
                    nobodyHasToWait(holder);
                }
                assertTheWaiterIsTheHolder();
                waiting.main().release(file);
            }
        } finally {
            holders.forEach(ChildJvm::close);
        }
    }

    private ChildJvm launch(Phase phase) {
        return ChildJvm.start(FrozenHolder.class, file.toString(), phase.name());
    }

    private void waitersGoOn(ChildJvm holder) {
        assertThat(third.main().tryAcquire(file)).as("before the kill").isFalse();
        Role waiter = waiting.main();
        waiter.beginAcquire(file);
        waiter.awaitWaitingInTheKernel();

        long killed = System.nanoTime();
        holder.kill();
        waiter.awaitAcquired();
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SOON);
    }

    /** Before it has the kernel's lock, and after; its end then drops nobody else's. */
    private void nobodyHasToWait(ChildJvm holder) {
        waiting.main().acquire(file);
        holder.kill();
    }

    /** And neither the dead one nor nobody. */
    private void assertTheWaiterIsTheHolder() {
        Outcome busy = third.main().attempt(file, Duration.ZERO);
        assertThat(busy.acquired()).isFalse();
        assertThat(busy.namesAHolder()).isTrue();
        assertThat(busy.holdersPid()).isEqualTo(waiting.pid());
    }
}
