package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@DisplayName("I22: a process that is stopped while it waits at the gate keeps nobody out")
@Timeout(60)
class StoppedWaiterTest {

    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private LockTarget exclusive;
    private LockTarget shared;
    private LockActor.Troupe actors;
    private LockActor holder;
    private LockActor stopped;
    private LockActor third;

    /** A holds, B waits for exclusive behind the gate that it has shut, and is stopped. */
    @BeforeEach
    void stopAWaiter() throws Exception {
        exclusive = LockTarget.file(dir.toRealPath().resolve("file.txt"));
        shared = exclusive.shared();
        actors = LockActor.start(4, Referee.start());
        holder = actors.get(0);
        stopped = actors.get(1);
        third = actors.get(2);
        holder.main().acquire(exclusive);
        stopped.main().beginAcquire(exclusive);
        stopped.main().awaitWaitingInTheKernel();
        signal("STOP");
    }

    @AfterEach
    void end() throws Exception {
        signal("CONT");
        actors.close();
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(stopped.pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    private void releaseTheHolder() {
        holder.main().release(exclusive.resource());
    }

    @Test
    void singleAttemptsSucceedWhenTheHolderReleases() {
        releaseTheHolder();
        for (LockTarget target : new LockTarget[] {shared, exclusive}) {
            assertThat(third.main().tryAcquire(target)).as(target.toString()).isTrue();
            third.main().release(target.resource());
        }
    }

    @Test
    void timedAttemptsSucceedWhenTheHolderReleases() {
        releaseTheHolder();
        for (LockTarget target : new LockTarget[] {shared, exclusive}) {
            assertThat(third.main().attempt(target, TWO_SECONDS).acquired())
                    .as(target.toString())
                    .isTrue();
            third.main().release(target.resource());
        }
    }

    @Test
    void anExclusiveWaiterBehindItGetsTheLockSoonAfterTheRelease() {
        assertWaiterGetsTheLock(exclusive);
    }

    @Test
    void aSharedWaiterBehindItGetsTheLockSoonAfterTheRelease() {
        assertWaiterGetsTheLock(shared);
    }

    private void assertWaiterGetsTheLock(LockTarget target) {
        third.main().beginAcquire(target);
        third.main().awaitWaiting();
        releaseTheHolder();
        long start = System.nanoTime();
        third.main().awaitAcquired();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void severalSharedHoldersShareTheLock() {
        releaseTheHolder();
        LockActor fourth = actors.get(3);
        assertThat(third.main().tryAcquire(shared)).isTrue();
        assertThat(third.thread("another").attempt(shared, LONG).fields().get(0))
                .isIn("acquired", "busy");
        third.main().release(shared.resource());
        assertThat(fourth.main().attempt(exclusive, LONG).fields().get(0)).isIn("acquired", "busy");
    }

    @Test
    void itGetsTheLockWhenItGoesOn() throws Exception {
        releaseTheHolder();
        third.main().acquire(exclusive);
        signal("CONT");
        stopped.main().awaitWaitingInTheKernel();
        third.main().release(exclusive.resource());
        stopped.main().awaitAcquired();
        assertThat(third.main().tryAcquire(shared)).isFalse();
    }
}
