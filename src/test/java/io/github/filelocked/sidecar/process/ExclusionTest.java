package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.process.LockActor.Role;
import io.github.filelocked.sidecar.process.LockActor.Troupe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That there is one holder at a time, whatever the others do meanwhile. */
@Tag("process")
@Timeout(60)
class ExclusionTest {

    @TempDir
    Path dir;

    @Test
    @DisplayName("I1: one holder over processes, threads, instances, class loaders and spellings")
    void noTwoHoldersOverlapWhateverTheirProcessThreadInstanceClassLoaderAndSpelling() throws IOException {
        Path counter = Counter.create(dir.resolve("counter.txt"));
        Files.createDirectories(dir.resolve("a/b"));
        Files.createSymbolicLink(dir.resolve("a/shortcut"), dir);
        Files.createSymbolicLink(dir.resolve("alias.txt"), Path.of("counter.txt"));
        List<String> spellings = List.of(
                counter.toString(),
                "counter.txt",
                "./a/../counter.txt",
                "a/shortcut/counter.txt",
                dir.resolve("a/b/../../alias.txt").toString());
        int rounds = 30;
        List<Role> roles = new ArrayList<>();
        try (Referee referee = Referee.start();
                LockActor first = startIn(dir, referee);
                LockActor second = startIn(dir, referee)) {
            for (LockActor process : List.of(first, second)) {
                for (String spelling : spellings) {
                    Role role = process.thread("thread-" + roles.size());
                    // Every second one uses a copy of the library of its own.
                    Role prepared = roles.size() % 2 == 0 ? role : role.inAClassLoaderOfItsOwn();
                    prepared.begin("increment", spelling, String.valueOf(rounds));
                    roles.add(role);
                }
            }
            roles.forEach(role -> role.awaitAnswer("incremented"));

            assertThat(Counter.read(counter)).isEqualTo(rounds * roles.size());
            assertThat(referee.fouls()).isEmpty();
            assertThat(referee.events())
                    .extracting(Referee.Event::resource)
                    .containsOnly(counter.toRealPath().toString());
        }
    }

    @Test
    @DisplayName("I1: a file that does not exist yet, under a symbolic link that leads to it")
    void spellingsOfAFileThatDoesNotExistYetContendForOneLock() throws IOException {
        Path file = dir.resolve("not-yet.txt");
        Files.createSymbolicLink(dir.resolve("dangling.txt"), Path.of("not-yet.txt"));
        try (LockActor holder = LockActor.start();
                LockActor other = LockActor.start()) {
            holder.main().acquire(file);
            assertThat(other.main().tryAcquire(dir.resolve("dangling.txt"))).isFalse();
            assertThat(other.main().tryAcquire(dir.resolve("x/../not-yet.txt"))).isFalse();
        }
    }

    private static LockActor startIn(Path directory, Referee referee) {
        return LockActor.start(
                ChildJvm.of(LockActorMain.class).directory(directory).options("-Dreferee=" + referee.port()));
    }

    @Nested
    @DisplayName("I2: when another attempt of the same JVM fails")
    class WhenAnotherAttemptOfTheSameJvmFails {

        @Test
        void theLockIsStillHeldInTheEyesOfAnotherProcess() {
            Path file = dir.resolve("file.txt");
            LockTarget target = LockTarget.file(file);
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                Role loser = holder.thread("loser").with("longWaitLogInterval", "PT0.01S");
                holder.thread("winner").acquire(file);

                assertThat(loser.tryAcquire(target)).isFalse();
                assertThat(other.main().tryAcquire(file))
                        .as("after one attempt")
                        .isFalse();
                assertThat(loser.tryAcquire(target.shared())).isFalse();
                assertThat(other.main().tryAcquire(file))
                        .as("after a shared one")
                        .isFalse();
                assertThat(loser.attempt(file, Duration.ofMillis(100)).acquired())
                        .isFalse();
                assertThat(other.main().tryAcquire(file))
                        .as("after a timed one")
                        .isFalse();
                loser.beginAcquire(file);
                loser.awaitWaiting();
                loser.interrupt();
                assertThat(loser.outcome().kind()).isEqualTo("interrupted");
                assertThat(other.main().tryAcquire(file))
                        .as("after an interrupted one")
                        .isFalse();

                holder.thread("winner").release(file);
                assertThat(other.main().tryAcquire(file)).isTrue();
            }
        }

        @Test
        void theLockIsStillHeldAlthoughTheOtherOneUsesACopyOfTheLibraryInAnotherClassLoader() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                Role original = holder.thread("original");
                Role copy = holder.thread("copy").inAClassLoaderOfItsOwn();
                Role secondCopy = holder.thread("second copy").inAClassLoaderOfItsOwn();
                for (List<Role> pair :
                        List.of(List.of(original, copy), List.of(copy, original), List.of(copy, secondCopy))) {
                    pair.get(0).acquire(file);
                    assertThat(pair.get(1).tryAcquire(file)).isFalse();
                    assertThat(pair.get(1).attempt(file, Duration.ofMillis(20)).acquired())
                            .isFalse();
                    assertThat(other.main().tryAcquire(file)).isFalse();

                    pair.get(1).beginAcquire(file);
                    pair.get(1).awaitWaiting();
                    pair.get(0).release(file);
                    pair.get(1).awaitAcquired();
                    assertThat(other.main().tryAcquire(file)).isFalse();
                    pair.get(1).release(file);
                }
                other.main().acquire(file);
            }
        }

        @Test
        void theLockIsStillHeldAlthoughTheOtherOneComesThroughAHardLinkOfTheLockFile() throws IOException {
            Path file = dir.resolve("file.txt");
            Path other = dir.resolve("other.txt");
            try (LockActor holder = LockActor.start();
                    LockActor outside = LockActor.start()) {
                holder.thread("winner").acquire(file);
                Files.createLink(dir.resolve("other.txt.lock"), dir.resolve("file.txt.lock"));
                Role loser = holder.thread("loser");

                loser.beginAcquire(other);
                assertThat(loser.answer().toString()).contains("refused").contains("joined by a hard link");
                assertThat(outside.main().tryAcquire(file)).isFalse();
                assertThat(outside.main().tryAcquire(other)).isFalse();
                holder.thread("winner").release(file);
                outside.main().acquire(file);
            }
        }
    }

    @Nested
    @DisplayName("I5: when the sidecar is no longer at its path")
    class WhenTheSidecarIsNoLongerAtItsPath {

        private final Path file() {
            return dir.resolve("file.txt");
        }

        private final Path sidecar() {
            return dir.resolve("file.txt.lock");
        }

        /** The event that befalls the file. The old file stays reachable as {@code old}, for the test to look at. */
        enum Fate {
            DELETED,
            REPLACED;

            void befall(Path sidecar) throws IOException {
                Files.createLink(sidecar.resolveSibling("old"), sidecar);
                if (this == DELETED) {
                    Files.delete(sidecar);
                } else {
                    Path replacement = Files.createFile(sidecar.resolveSibling("replacement"));
                    Files.move(
                            replacement, sidecar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }

        @ParameterizedTest
        @EnumSource
        void aWaiterLocksTheFileThatIsThereNow(Fate fate) throws IOException {
            try (LockActor holder = LockActor.start();
                    LockActor waiter = LockActor.start();
                    LockActor next = LockActor.start()) {
                holder.main().acquire(file());
                waiter.main().beginAcquire(file());
                waiter.main().awaitWaitingInTheKernel();
                fate.befall(sidecar());

                holder.main().releaseFindingLoss(file());
                waiter.main().awaitAcquired();
                assertThat(next.main().tryAcquire(file())).isFalse();
                waiter.main().release(file());
                assertThat(next.main().tryAcquire(file())).isTrue();
            }
        }

        @ParameterizedTest
        @EnumSource
        void aWaiterStaysOutWhileAnotherHoldsTheFileThatIsThereNow(Fate fate) throws IOException {
            try (Referee referee = Referee.start();
                    LockActor holder = LockActor.start();
                    Troupe others = LockActor.start(3, referee)) {
                Role waiter = others.get(0).main();
                Role successor = others.get(1).main();
                Role observer = others.get(2).main();
                holder.main().acquire(file());
                waiter.beginAcquire(file());
                waiter.awaitWaitingInTheKernel();
                fate.befall(sidecar());
                successor.acquire(file());

                // The observer gets the old file as a whole only when nobody holds any part of it, nor waits in line:
                // when the waiter has had it, and has let it go.
                observer.begin("foreignLock", dir.resolve("old").toString(), "0", String.valueOf(Long.MAX_VALUE));
                holder.main().releaseFindingLoss(file());
                while (!observer.hasOutcome() && !waiter.hasOutcome()) {
                    LockActor.pause();
                }
                assertThat(waiter.hasOutcome()).as("the waiter is through").isFalse();
                waiter.awaitWaiting();

                successor.release(file());
                waiter.awaitAcquired();
                assertThat(successor.tryAcquire(file())).isFalse();
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        void anAttemptThatFindsItDeletedInBetweenTriesAgain() throws IOException {
            Counter.create(file());
            try (LockActor process = LockActor.start()) {
                process.main().begin("increment", file().toString(), "300");
                // Limited, since a faster one than the process would keep it busy with creating for as long as it goes
                // on.
                int deletions = 0;
                while (deletions < 400 && !process.main().hasOutcome()) {
                    deletions += Files.deleteIfExists(sidecar()) ? 1 : 0;
                    assertThat(Thread.interrupted()).as("timeout of the test").isFalse();
                }
                process.main().awaitAnswer("incremented");
            }
            assertThat(Counter.read(file())).isEqualTo(300);
        }

        @Test
        void aTimedWaitEndsInTimeAllTheSame() throws IOException {
            try (LockActor holder = LockActor.start();
                    LockActor successor = LockActor.start();
                    LockActor waiter = LockActor.start()) {
                holder.main().acquire(file());
                waiter.main().beginAcquire(file(), Duration.ofSeconds(2));
                waiter.main().awaitWaitingInTheKernel();
                Fate.REPLACED.befall(sidecar());
                successor.main().acquire(file());
                holder.main().releaseFindingLoss(file());

                LockActor.Outcome outcome = waiter.main().outcome();
                assertThat(outcome.acquired()).isFalse();
                assertThat(outcome.waited()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
            }
        }
    }

    @Nested
    @DisplayName("I6: when another process holds")
    class WhenAnotherProcessHolds {

        @Test
        void aLoserChangesNothingOfTheSidecar() throws IOException {
            Path file = dir.resolve("file.txt");
            Path sidecar = dir.resolve("file.txt.lock");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start()) {
                holder.main().acquire(file);
                Role loser = process.main().with("lockFilePermissions", "rw-rw-rw-");
                Map<String, Object> before = everythingAbout(sidecar);

                assertThat(loser.tryAcquire(file)).isFalse();
                assertThat(everythingAbout(sidecar)).as("after one attempt").isEqualTo(before);
                assertThat(loser.tryAcquire(LockTarget.file(file).shared())).isFalse();
                assertThat(everythingAbout(sidecar)).as("after a shared one").isEqualTo(before);
                assertThat(loser.attempt(file, Duration.ofMillis(100)).acquired())
                        .isFalse();
                assertThat(everythingAbout(sidecar)).as("after a timed one").isEqualTo(before);
                loser.beginAcquire(file);
                loser.awaitWaitingInTheKernel();
                assertThat(everythingAbout(sidecar)).as("during one").isEqualTo(before);
                loser.interrupt();
                assertThat(loser.outcome().kind()).isEqualTo("interrupted");
                assertThat(everythingAbout(sidecar))
                        .as("after an interrupted one")
                        .isEqualTo(before);
            }
        }

        /** Also the time of the last change of status, so that not even a change that was undone goes unnoticed. */
        private Map<String, Object> everythingAbout(Path sidecar) throws IOException {
            Map<String, Object> all = new TreeMap<>(Files.readAttributes(sidecar, "unix:*"));
            all.remove("lastAccessTime");
            all.put("content", Files.readString(sidecar));
            return all;
        }
    }
}
