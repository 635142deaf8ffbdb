package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.process.LockActor.Role;
import io.github.filelocked.sidecar.process.LockActor.Troupe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The assertions of the C++ origin's tests, for this engine; and, in its last part, where the origin lost 19 of 1,600.
 */
@Tag("process")
@Timeout(60)
class OriginSuiteTest {

    @TempDir
    Path dir;

    @Nested
    class BetweenThreads {

        @Test
        void aHeldLockTurnsAnotherThreadAwayUntilItIsReleased() {
            Path file = dir.resolve("counter.txt");
            try (LockActor process = LockActor.start()) {
                process.thread("a").acquire(file);
                assertThat(process.thread("b").tryAcquire(file)).isFalse();

                process.thread("a").release(file);
                assertThat(process.thread("b").tryAcquire(file)).isTrue();
            }
        }

        @Test
        void aBlockingAttemptReturnsWhenTheOtherThreadReleases() {
            Path file = dir.resolve("counter.txt");
            try (LockActor process = LockActor.start()) {
                Role waiter = process.thread("b");
                process.thread("a").acquire(file);
                waiter.beginAcquire(file);
                waiter.awaitWaiting();
                assertThat(waiter.hasOutcome()).isFalse();

                process.thread("a").release(file);
                waiter.awaitAcquired();
            }
        }

        @Test
        void aTimedAttemptGivesUpAtItsEndAndNotBefore() {
            Path file = dir.resolve("counter.txt");
            try (LockActor process = LockActor.start()) {
                process.thread("a").acquire(file);
                LockActor.Outcome outcome = process.thread("b").attempt(file, Duration.ofMillis(300));

                assertThat(outcome.acquired()).isFalse();
                assertThat(outcome.waited()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
            }
        }

        @Test
        void aTimedAttemptGetsWhatIsReleasedInTime() {
            Path file = dir.resolve("counter.txt");
            try (LockActor process = LockActor.start()) {
                Role waiter = process.thread("b");
                process.thread("a").acquire(file);
                waiter.beginAcquire(file, ChildJvm.PATIENCE);
                waiter.awaitWaiting();

                process.thread("a").release(file);
                waiter.awaitAcquired();
            }
        }

        @Test
        void ofManyThreadsThatTryAtTheSameTimeExactlyOneWins() {
            Path file = dir.resolve("counter.txt");
            try (LockActor process = LockActor.start()) {
                List<Role> threads = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    threads.add(process.thread("thread-" + i));
                }
                threads.forEach(thread -> thread.beginAcquire(file, Duration.ZERO));

                assertThat(threads)
                        .filteredOn(thread -> thread.outcome().acquired())
                        .hasSize(1);
            }
        }
    }

    @Nested
    class WhenAHeldLockIsHandedOn {

        @Test
        void itStaysHeldWhenAMethodReturnsIt() {
            Path file = dir.resolve("handed-on.txt");
            try (LockActor other = LockActor.start();
                    HeldLock lock = acquireSomewhereElse(file)) {
                assertThat(lock.isHeld()).isTrue();
                assertThat(other.main().tryAcquire(file)).isFalse();

                closeSomewhereElse(lock);
                assertThat(other.main().tryAcquire(file)).isTrue();
            }
        }

        @Test
        void anotherThreadCanCloseIt() {
            Path file = dir.resolve("handed-on.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.thread("acquires").acquire(file);
                assertThat(other.main().tryAcquire(file)).isFalse();

                holder.thread("closes").release(file);
                other.main().acquire(file);
                other.main().release(file);
                holder.thread("is none of both").acquire(file);
            }
        }

        private HeldLock acquireSomewhereElse(Path file) {
            return FileLocks.create().acquire(file);
        }

        private void closeSomewhereElse(HeldLock lock) {
            lock.close();
        }
    }

    @Nested
    class OfAnyPath {

        @Test
        void theDirectoriesOfTheSidecarAreCreatedByWhicheverProcessComesFirst() {
            Path file = dir.resolve("a/b/c/new.txt");
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(4, referee)) {
                processes.actors().forEach(actor -> actor.main().beginAcquire(file, Duration.ZERO));

                assertThat(processes.actors())
                        .filteredOn(actor -> actor.main().outcome().acquired())
                        .hasSize(1);
                assertThat(dir.resolve("a/b/c/new.txt.lock")).isRegularFile();
                assertThat(file).doesNotExist();
            }
        }

        @Test
        void aDirectoryIsLockedBesideItselfAndApartFromTheFileOfItsName() throws IOException {
            Path directory = Files.createDirectory(dir.resolve("data"));
            LockTarget target = LockTarget.directory(directory);
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.main().acquire(target);
                assertThat(other.main().tryAcquire(target)).isFalse();
                assertThat(dir.resolve("data.dir.lock")).isRegularFile();
                assertThat(directory).isEmptyDirectory();

                // Under its lock a directory can be removed, and then it is still locked.
                Files.delete(directory);
                assertThat(other.main().tryAcquire(target)).isFalse();
                assertThat(other.main().tryAcquire(directory))
                        .as("the file of its name")
                        .isTrue();

                holder.main().release(directory);
                other.main().release(directory);
                assertThat(other.main().tryAcquire(target)).isTrue();
            }
        }

        @Test
        void anInvalidPathIsRefusedAndNothingIsHeldOrCreated() throws IOException {
            Path notADirectory = Files.createFile(dir.resolve("file"));
            FileLocks locks = FileLocks.create();
            assertThatThrownBy(() -> locks.acquire(notADirectory.resolve("x")))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(notADirectory.toString());
            assertThatThrownBy(() -> locks.acquire(Path.of(""))).isInstanceOf(LockRefusedException.class);

            try (LockActor other = LockActor.start()) {
                other.main().begin("acquire", notADirectory.resolve("x").toString(), "FILE", "EXCLUSIVE", "", "");
                other.main().awaitAnswer("refused");
            }
            assertThat(dir).isDirectoryContaining(notADirectory::equals);
            try (var entries = Files.list(dir)) {
                assertThat(entries).containsExactly(notADirectory);
            }
        }
    }

    @Nested
    class BetweenProcesses {

        @Test
        void ofManyProcessesThatTryAtTheSameTimeExactlyOneWins() {
            Path file = dir.resolve("counter.txt");
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(8, referee)) {
                processes.actors().forEach(actor -> actor.main().beginAcquire(file, Duration.ZERO));

                assertThat(processes.actors())
                        .filteredOn(actor -> actor.main().outcome().acquired())
                        .hasSize(1);
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        void aChildWaitsForAsLongAsItsParentHolds() {
            Path file = dir.resolve("counter.txt");
            try (LockActor child = LockActor.start()) {
                try (HeldLock parents = FileLocks.create().acquire(file)) {
                    child.main().beginAcquire(file);
                    child.main().awaitWaitingInTheKernel();
                    assertThat(child.main().hasOutcome()).isFalse();
                    assertThat(parents.isHeld()).isTrue();
                }
                child.main().awaitAcquired();
            }
        }

        @Test
        void aTryFailsWhileAnotherProcessHoldsAndSucceedsAfterwards() {
            Path file = dir.resolve("counter.txt");
            FileLocks locks = FileLocks.create();
            try (LockActor child = LockActor.start()) {
                child.main().acquire(file);
                assertThat(locks.tryAcquire(file)).isEmpty();

                child.main().release(file);
                Optional<HeldLock> lock = locks.tryAcquire(file);
                assertThat(lock).isPresent();
                assertThat(child.main().tryAcquire(file)).isFalse();
                lock.get().close();
                assertThat(child.main().tryAcquire(file)).isTrue();
            }
        }

        @Test
        void theTryPatternDoesTheWorkOrTheAlternative() {
            Path file = dir.resolve("counter.txt");
            FileLocks locks = FileLocks.create();
            List<String> done = new ArrayList<>();
            try (LockActor child = LockActor.start()) {
                child.main().acquire(file);
                for (int i = 0; i < 2; i++) {
                    try (HeldLock lock = locks.tryAcquire(file).orElse(null)) {
                        done.add(lock != null ? "work" : "alternative");
                    }
                    if (i == 0) {
                        child.main().release(file);
                    }
                }
                assertThat(child.main().tryAcquire(file)).isTrue();
            }
            assertThat(done).containsExactly("alternative", "work");
        }

        @Test
        void eightProcessesThatIncrementACounterLoseNoUpdate() throws IOException {
            Path counter = Counter.create(dir.resolve("counter.txt"));
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(8, referee)) {
                processes.actors().forEach(actor -> actor.main().begin("increment", counter.toString(), "200"));
                processes.actors().forEach(actor -> actor.main().awaitAnswer("incremented"));

                assertThat(Counter.read(counter)).isEqualTo(1600);
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        void theLogOfAllHoldersShowsEachReleaseBeforeTheNextAcquisition() throws IOException {
            Path counter = Counter.create(dir.resolve("counter.txt"));
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(4, referee)) {
                processes.actors().forEach(actor -> actor.main().begin("increment", counter.toString(), "50"));
                processes.actors().forEach(actor -> actor.main().awaitAnswer("incremented"));

                List<Referee.Event> log = referee.events();
                assertThat(log).hasSize(2 * 4 * 50);
                for (int i = 0; i < log.size(); i += 2) {
                    assertThat(log.get(i).entered()).isTrue();
                    assertThat(log.get(i + 1))
                            .isEqualTo(new Referee.Event(
                                    log.get(i).player(), false, log.get(i).resource()));
                }
                assertThat(log.stream().map(Referee.Event::player).distinct()).hasSize(4);
            }
        }
    }
}
