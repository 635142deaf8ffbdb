package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.sidecar.process.ChildJvm;
import io.github.filelocked.sidecar.process.Counter;
import io.github.filelocked.sidecar.process.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Interrupts at random moments of thousands of acquisitions, bodies and releases, while another process contends. The
 * next interrupt of a thread is sent when the one before was seen, so that one that is swallowed shows in the sum.
 */
@Tag("process")
@Timeout(120)
class InterruptStormTest {

    private static final int THREADS = 4;
    private static final int CYCLES = 10_000;

    /** The last cycles of each thread, which would wait for good if the storm had left something behind. */
    private static final int CALM = 100;

    private static final Duration LONGEST_STORM = Duration.ofSeconds(60);

    @Test
    @DisplayName("I11: nothing is left behind, nothing is lost, and no interrupt is swallowed")
    void nothingIsLeftBehindAndNothingIsLostNotEvenAnInterrupt(@TempDir Path temporary) throws Exception {
        long seed = System.nanoTime();
        Path file = Counter.create(temporary.toRealPath().resolve("counter"));
        List<Victim> victims = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            victims.add(new Victim(file, new Random(seed + i)));
        }
        int increments;
        try (ChildJvm opponent = ChildJvm.start(Opponent.class, file.toString())) {
            opponent.receive("ready");
            List<InThread<Void>> storm =
                    victims.stream().map(victim -> InThread.start(victim::work)).toList();
            for (int i = 0; i < THREADS; i++) {
                victims.get(i).thread = storm.get(i).thread();
            }
            interruptUntilAllHaveLeft(victims, new Random(seed - 1));
            for (InThread<Void> each : storm) {
                each.result();
            }
            opponent.send("end");
            increments = Integer.parseInt(opponent.receive("increments").get(0));
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed, failure);
        }

        assertThat(increments).as("of the other process").isPositive();
        for (Victim victim : victims) {
            assertThat(victim.seen).as("interrupts seen, seed %s", seed).hasValue(victim.sent.get());
            assertThat(victim.endedWaits).as("ended waits, seed %s", seed).isPositive();
            assertThat(victim.keptFlags).as("interrupts of bodies and releases").isPositive();
            increments += victim.increments;
        }
        assertThat(Counter.read(file)).as("seed " + seed).isEqualTo(increments);
        Traces.assertNothingHeldIn(file.getParent());
        FileLocks.create().tryAcquire(file).orElseThrow().close();
    }

    private static void interruptUntilAllHaveLeft(List<Victim> victims, Random random) {
        long end = System.nanoTime() + LONGEST_STORM.toNanos();
        while (System.nanoTime() < end && !victims.stream().allMatch(victim -> victim.over)) {
            Victim victim = victims.get(random.nextInt(THREADS));
            victim.interrupt();
            LockSupport.parkNanos(random.nextInt(500_000));
        }
    }

    /** A thread that is interrupted, and counts what comes of it. */
    private static final class Victim {

        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger seen = new AtomicInteger();
        Thread thread;
        volatile boolean over;
        int increments;
        int endedWaits;
        int keptFlags;

        private final FileLocks locks = FileLocks.create();
        private final Path file;
        private final Random random;

        Victim(Path file, Random random) {
            this.file = file;
            this.random = random;
        }

        Void work() throws IOException {
            for (int i = 0; i < CYCLES / THREADS; i++) {
                if (i == CYCLES / THREADS - CALM) {
                    leaveTheStorm();
                }
                cycle();
            }
            return null;
        }

        private synchronized void leaveTheStorm() {
            over = true;
            seeInterrupt(Thread.interrupted());
        }

        synchronized void interrupt() {
            if (!over && seen.get() == sent.get()) {
                sent.incrementAndGet();
                thread.interrupt();
            }
        }

        private void cycle() throws IOException {
            Duration timeout =
                    random.nextInt(4) == 0 ? Duration.ofNanos(random.nextInt(2_000_000)) : FileLocks.NO_LIMIT;
            try (HeldLock lock = locks.acquire(file, timeout)) {
                if (!lock.isHeld()) {
                    throw new AssertionError("not held");
                }
                Counter.increment(lock.path());
                increments++;
            } catch (LockNotAcquiredException busy) {
                // Somebody else is faster.
            } catch (LockInterruptedException interrupted) {
                boolean flag = Thread.interrupted();
                if (!flag) {
                    throw new AssertionError("the flag is not set", interrupted);
                }
                seeInterrupt(flag);
                endedWaits++;
            }
            if (random.nextBoolean()) { // Otherwise the next acquisition finds it.
                boolean flag = Thread.interrupted();
                seeInterrupt(flag);
                keptFlags += flag ? 1 : 0;
            }
        }

        private void seeInterrupt(boolean flag) {
            if (flag) {
                seen.incrementAndGet();
            }
        }
    }

    /** The other process, which increments as well, until it is told to end. */
    public static final class Opponent {

        private Opponent() {}

        public static void main(String... arguments) throws Exception {
            FileLocks locks = FileLocks.create();
            InThread<Integer> end = InThread.start(System.in::read);
            Lines.say("ready");
            int increments = 0;
            while (!end.isDone()) {
                try (HeldLock lock = locks.acquire(Path.of(arguments[0]))) {
                    Counter.increment(lock.path());
                    increments++;
                }
            }
            Lines.say("increments", String.valueOf(increments));
        }
    }
}
