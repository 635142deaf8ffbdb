package io.github.filelocked.sidecar.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.sidecar.process.LockActor.Outcome;
import io.github.filelocked.sidecar.process.LockActor.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that the system does not let run for a while, as under a debugger, or in a suspended container. */
@Tag("process")
@Timeout(60)
class StoppedProcessTest {

    private static final Duration A_WHILE = Duration.ofMillis(300);

    @TempDir
    Path dir;

    @Test
    void aStoppedHolderKeepsOthersOutAndIsNamedAndAllGoesOnWhenItDoes() throws Exception {
        Path file = dir.resolve("file.txt");
        try (LockActor holder = LockActor.start();
                LockActor other = LockActor.start();
                LockActor waiting = LockActor.start()) {
            holder.thread("sleeper").acquire(file);
            stop(holder);

            waiting.main().beginAcquire(file);
            waiting.main().awaitWaitingInTheKernel();
            for (Duration timeout : new Duration[] {Duration.ZERO, A_WHILE}) {
                Outcome busy = other.main().attempt(file, timeout);
                assertThat(busy.acquired()).isFalse();
                assertThat(busy.waited()).isGreaterThanOrEqualTo(timeout);
                assertThat(busy.holdersPid()).isEqualTo(holder.pid());
                assertThat(busy.holdersThread()).isEqualTo("sleeper");
            }
            assertThat(waiting.main().hasOutcome()).as("the waiter is through").isFalse();

            goOn(holder);
            holder.thread("sleeper").release(file);
            waiting.main().awaitAcquired();
            assertThat(other.main().tryAcquire(file)).isFalse();
        }
    }

    @Test
    void aStoppedWaiterGetsInOnlyWhenItGoesOnAndNobodyIsInside() throws Exception {
        Path file = dir.resolve("file.txt");
        try (LockActor holder = LockActor.start();
                LockActor other = LockActor.start();
                LockActor waiting = LockActor.start()) {
            Role waiter = waiting.main();
            holder.main().acquire(file);
            waiter.beginAcquire(file);
            waiter.awaitWaitingInTheKernel();
            stop(waiting);

            holder.main().release(file);
            other.main().acquire(file);
            goOn(waiting);
            waiter.awaitWaitingInTheKernel();
            other.main().release(file);
            waiter.awaitAcquired();
            assertThat(other.main().tryAcquire(file)).isFalse();
        }
    }

    private static void stop(LockActor actor) throws Exception {
        signal("STOP", actor);
        long start = System.nanoTime();
        while (stateOf(actor) != 'T') {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ChildJvm.PATIENCE);
            LockActor.pause();
        }
    }

    private static void goOn(LockActor actor) throws Exception {
        signal("CONT", actor);
    }

    private static void signal(String name, LockActor actor) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(actor.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).as("kill -" + name).isZero();
    }

    /** The letter after the name, which is in parentheses (proc_pid_stat(5)). */
    private static char stateOf(LockActor actor) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(actor.pid()), "stat"), ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }
}
