package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.process.LockActor.Outcome;
import io.github.filelocked.sidecar.process.LockActor.Role;
import io.github.filelocked.sidecar.process.LockActor.Troupe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waits for another process: their length, their cost, and their order. */
@Tag("process")
@Timeout(60)
class WaitingTest {

    @TempDir
    Path dir;

    @Nested
    class WhenAnotherProcessHolds {

        @Test
        @DisplayName("I10: zero is one attempt, and a timed wait uses its whole time and ends soon after")
        void anAttemptLastsAsLongAsItWasGivenAndLittleLonger() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start()) {
                Role waiter = process.main();
                holder.main().acquire(file);
                assertThat(waiter.attempt(file, Duration.ZERO).acquired()).isFalse();

                assertThat(waiter.attempt(file, Duration.ZERO).waited()).isLessThan(Duration.ofMillis(500));
                assertThat(waiter.attempt(file, Duration.ofMillis(400)).waited())
                        .isBetween(Duration.ofMillis(400), Duration.ofMillis(2400));
                assertThat(waiter.attempt(LockTarget.file(file).shared(), Duration.ofMillis(400))
                                .waited())
                        .isBetween(Duration.ofMillis(400), Duration.ofMillis(2400));
                assertThat(process.main().tell("tables")).containsExactly("{}", "{}");
            }
        }

        @Test
        @DisplayName("I10: a timed wait gets what is released in its time")
        void aTimedWaitGoesOnAsSoonAsTheHolderReleases() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start()) {
                holder.main().acquire(file);
                process.main().beginAcquire(file, ChildJvm.PATIENCE);
                process.main().awaitWaitingInTheKernel();

                long released = System.nanoTime();
                holder.main().release(file);
                process.main().awaitAcquired();
                assertThat(Duration.ofNanos(System.nanoTime() - released)).isLessThan(Duration.ofSeconds(2));
            }
        }

        @Test
        @DisplayName("I10: a deadline that has passed takes nothing with it")
        void theOneWhoGaveUpHoldsNothingAfterwards() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor impatient = LockActor.start();
                    LockActor third = LockActor.start()) {
                holder.main().acquire(file);
                assertThat(impatient.main().attempt(file, Duration.ofMillis(50)).acquired())
                        .isFalse();

                holder.main().release(file);
                third.main().acquire(file);
            }
        }

        @Test
        @DisplayName("I11: an interrupt leaves no lock, no claim, and the flag set")
        void anInterruptedWaiterHoldsNothingAfterwards() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start();
                    LockActor third = LockActor.start()) {
                Role inTheKernel = process.thread("in the kernel");
                Role inTheQueue = process.thread("in the queue");
                holder.main().acquire(file);
                inTheKernel.beginAcquire(file);
                inTheKernel.awaitWaitingInTheKernel();
                inTheQueue.beginAcquire(file);
                inTheQueue.awaitWaiting();

                inTheQueue.interrupt();
                assertThat(inTheQueue.outcome().fields()).containsExactly("interrupted", "true");
                inTheKernel.interrupt();
                assertThat(inTheKernel.outcome().fields()).containsExactly("interrupted", "true");
                assertThat(inTheKernel.tell("tables")).containsExactly("{}", "{}");

                holder.main().release(file);
                third.main().acquire(file);
                third.main().release(file);
                inTheKernel.acquire(file);
            }
        }

        @Test
        @DisplayName("I12: a waiter uses no CPU to speak of")
        void waitingCostsNoProcessorTime() {
            Path file = dir.resolve("file.txt");
            Path inTheSameJvm = dir.resolve("in-the-same-jvm.txt");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start()) {
                holder.main().acquire(file);
                process.thread("holder").acquire(inTheSameJvm);

                assertThatWaitingIsCheap(process.thread("waiter"), LockTarget.file(file));
                assertThatWaitingIsCheap(
                        process.thread("waiter"), LockTarget.file(file).shared());
                assertThatWaitingIsCheap(process.thread("waiter"), LockTarget.file(inTheSameJvm));
            }
        }

        private void assertThatWaitingIsCheap(Role waiter, LockTarget target) {
            List<String> cost = waiter.tell(
                    "patient",
                    target.resource().toString(),
                    target.type().name(),
                    target.mode().name(),
                    "PT1S");
            assertThat(cost).first().isEqualTo("waited");
            assertThat(Long.parseLong(cost.get(1)))
                    .as("milliseconds of the thread in one second")
                    .isLessThan(15);
            assertThat(Long.parseLong(cost.get(2)))
                    .as("milliseconds of the process in one second")
                    .isLessThan(100);
        }
    }

    @Nested
    @DisplayName("I18: when the kernel sees a circle of processes where there is none of threads")
    class WhenTheKernelSeesACircle {

        @Test
        void everybodyWaitsAndEverybodyGetsOn() {
            Path a = dir.resolve("a.txt");
            Path b = dir.resolve("b.txt");
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(2, referee)) {
                Role holdsA = processes.get(0).thread("holds a");
                Role waitsForB = processes.get(0).thread("waits for b");
                Role holdsB = processes.get(1).thread("holds b");
                Role waitsForA = processes.get(1).thread("waits for a");
                holdsA.acquire(a);
                holdsB.acquire(b);
                waitsForB.beginAcquire(b);
                waitsForB.awaitWaitingInTheKernel();
                waitsForA.beginAcquire(a); // With this one the circle is closed: the kernel refuses to let it wait.
                waitsForA.awaitWaiting();

                holdsB.release(b);
                waitsForB.awaitAcquired();
                assertThat(waitsForA.hasOutcome()).isFalse();
                holdsA.release(a);
                waitsForA.awaitAcquired();
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        void crossingLoopsComeToTheirEnd() throws IOException {
            Path a = Counter.create(dir.resolve("a.txt"));
            Path b = Counter.create(dir.resolve("b.txt"));
            int rounds = 150;
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(2, referee)) {
                List<Role> roles = new ArrayList<>();
                for (LockActor process : processes.actors()) {
                    for (Path file : List.of(a, b)) {
                        Role role = process.thread(file.getFileName().toString());
                        role.begin("increment", file.toString(), String.valueOf(rounds));
                        roles.add(role);
                    }
                }
                roles.forEach(role -> role.awaitAnswer("incremented"));

                assertThat(Counter.read(a)).isEqualTo(2 * rounds);
                assertThat(Counter.read(b)).isEqualTo(2 * rounds);
                assertThat(referee.fouls()).isEmpty();
            }
        }
    }

    @Nested
    class WhenSharedHoldersFollowOneAnother {

        @Test
        void anExclusiveWaiterIsNotStarvedByNewProcesses() {
            Path file = dir.resolve("file.txt");
            LockTarget shared = LockTarget.file(file).shared();
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(4, referee)) {
                Role first = processes.get(0).main();
                Role second = processes.get(1).main();
                Role late = processes.get(2).main();
                Role writer = processes.get(3).main();
                first.acquire(shared);
                second.acquire(shared);
                writer.beginAcquire(file);
                writer.awaitWaitingInTheKernel();

                assertThat(late.tryAcquire(shared))
                        .as("one who comes after the waiter")
                        .isFalse();
                late.beginAcquire(shared);
                late.awaitWaiting();
                first.release(file);
                assertThat(writer.hasOutcome()).isFalse();
                second.release(file);
                writer.awaitAcquired();
                assertThat(late.hasOutcome()).isFalse();
                writer.release(file);
                late.awaitAcquired();
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        void anExclusiveWaiterIsNotStarvedByNewThreadsOfAHolder() {
            Path file = dir.resolve("file.txt");
            LockTarget shared = LockTarget.file(file).shared();
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(2, referee)) {
                Role first = processes.get(0).thread("first");
                Role late = processes.get(0).thread("late");
                Role writer = processes.get(1).main();
                first.acquire(shared);
                writer.beginAcquire(file);
                writer.awaitWaitingInTheKernel();

                assertThat(late.tryAcquire(shared)).isFalse();
                late.beginAcquire(shared);
                late.awaitWaiting();
                first.release(file);
                writer.awaitAcquired();
                assertThat(late.hasOutcome()).isFalse();
                writer.release(file);
                late.awaitAcquired();
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        void sharedHoldersOfSeveralProcessesHoldAtTheSameTimeAndKeepAWriterOut() {
            Path file = dir.resolve("file.txt");
            LockTarget shared = LockTarget.file(file).shared();
            try (LockActor one = LockActor.start();
                    LockActor two = LockActor.start()) {
                one.main().acquire(shared);
                two.main().acquire(shared);
                assertThat(two.thread("writer").tryAcquire(file)).isFalse();
                one.main().release(file);
                assertThat(one.thread("writer").tryAcquire(file)).isFalse();
                two.main().release(file);
                assertThat(one.thread("writer").tryAcquire(file)).isTrue();
                assertThat(two.main().tryAcquire(shared)).isFalse();
            }
        }
    }

    @Nested
    class WhenAWaitIsLong {

        @Test
        void aRepeatedLogLineNamesTheHolderInTheOtherProcess() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start()) {
                holder.thread("the-holding-thread").acquire(file);
                Role waiter = process.thread("the-waiting-thread").with("longWaitLogInterval", "PT0.1S");
                waiter.tell("captureLog", "io.github.filelocked.sidecar");
                waiter.beginAcquire(file);

                for (int i = 0; i < 3; i++) {
                    assertThat(process.jvm().receive("log"))
                            .startsWith("WARNING")
                            .last()
                            .asString()
                            .contains(
                                    "the-waiting-thread",
                                    file.toString(),
                                    file + ".lock",
                                    "pid " + holder.pid() + " ",
                                    "the-holding-thread");
                }
                holder.thread("the-holding-thread").release(file);
                waiter.awaitAcquired();
            }
        }

        @Test
        void theLogLineNamesAHolderInTheSameProcessAsWell() {
            Path file = dir.resolve("file.txt");
            try (LockActor process = LockActor.start()) {
                process.thread("the-holding-thread").acquire(file);
                Role waiter = process.thread("the-waiting-thread").with("longWaitLogInterval", "PT0.1S");
                waiter.tell("captureLog", "io.github.filelocked.sidecar");
                waiter.beginAcquire(file);

                assertThat(process.jvm().receive("log"))
                        .last()
                        .asString()
                        .contains("pid " + process.pid() + " ", "the-holding-thread");
            }
        }
    }

    @Nested
    class WhenManyWait {

        @Test
        void eachOfThemGetsItsTurn() {
            Path file = dir.resolve("file.txt");
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(4, referee)) {
                Role holder = processes.get(0).main();
                holder.acquire(file);
                List<Role> waiters = new ArrayList<>();
                for (LockActor process : processes.actors()) {
                    waiters.add(process.thread("one"));
                    waiters.add(process.thread("two"));
                }
                waiters.forEach(waiter -> {
                    waiter.beginAcquire(file);
                    waiter.awaitWaiting();
                });
                holder.release(file);
                while (!waiters.isEmpty()) {
                    List<Role> through =
                            waiters.stream().filter(Role::hasOutcome).toList();
                    assertThat(through).hasSizeLessThan(2);
                    through.forEach(waiter -> {
                        assertThat(waiter.outcome()).extracting(Outcome::kind).isEqualTo("acquired");
                        waiter.release(file);
                        waiters.remove(waiter);
                    });
                    LockActor.pause();
                }
                assertThat(referee.fouls()).isEmpty();
            }
        }
    }
}
