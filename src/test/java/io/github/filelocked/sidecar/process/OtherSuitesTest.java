package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.process.LockActor.Outcome;
import io.github.filelocked.sidecar.process.LockActor.Role;
import io.github.filelocked.sidecar.process.LockActor.Troupe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cases of other people's suites that no other test here has; CONTRIBUTING tells where the others are. */
@Tag("process")
@Timeout(60)
class OtherSuitesTest {

    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("file.txt");
    }

    @Nested
    class WhenSomeReadAndSomeWrite {

        @Test
        @DisplayName("Go, cmd/go/internal/lockedfile, TestReadWaitsForLock")
        void aReaderFindsAllOfWhatIsBeingWritten() throws IOException {
            try (LockActor writer = LockActor.start();
                    LockActor reader = LockActor.start()) {
                writer.main().acquire(file);
                Files.writeString(file, "beginning");
                reader.main().begin("read", file.toString());
                reader.main().awaitWaitingInTheKernel();

                Files.writeString(file, " and end", StandardOpenOption.APPEND);
                writer.main().release(file);
                assertThat(reader.main().answer()).containsExactly("read", "beginning and end");
            }
        }

        @Test
        @DisplayName(
                "tox-dev/filelock, test_write_non_starvation: a chain of seven readers, of which each meets the next")
        void aWriterInTheMidstOfAChainOfReadersComesBeforeItsRest() {
            LockTarget shared = LockTarget.file(file).shared();
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(4, referee)) {
                List<Role> readers = new ArrayList<>();
                for (int i = 0; i < 7; i++) {
                    readers.add(processes.get(i % 3).thread("reader " + i));
                }
                Role writer = processes.get(3).main();
                readers.get(0).acquire(shared);
                for (int i = 1; i <= 3; i++) {
                    readers.get(i).acquire(shared);
                    readers.get(i - 1).release(file);
                }
                writer.beginAcquire(file);
                writer.awaitWaitingInTheKernel();
                List<Role> rest = readers.subList(4, 7);
                rest.forEach(reader -> {
                    reader.beginAcquire(shared);
                    reader.awaitWaiting();
                });

                readers.get(3).release(file);
                writer.awaitAcquired();
                assertThat(rest).noneMatch(Role::hasOutcome);
                writer.release(file);
                rest.forEach(Role::awaitAcquired);
                assertThat(referee.fouls()).isEmpty();
            }
        }

        @Test
        @DisplayName("tox-dev/filelock, test_lock_release_on_process_termination: a reader that is killed")
        void aKilledReaderIsNoLongerWaitedForButTheOthersAre() {
            LockTarget shared = LockTarget.file(file).shared();
            try (LockActor killed = LockActor.start();
                    LockActor reader = LockActor.start();
                    LockActor writer = LockActor.start()) {
                killed.main().acquire(shared);
                reader.main().acquire(shared);
                writer.main().beginAcquire(file);
                writer.main().awaitWaitingInTheKernel();

                killed.kill();
                writer.main().awaitWaitingInTheKernel();
                assertThat(writer.main().hasOutcome()).isFalse();
                reader.main().release(file);
                writer.main().awaitAcquired();
            }
        }

        @Test
        @DisplayName("tox-dev/filelock, test_sequential_lock_modes: a reader that becomes a writer, and a reader again")
        void aThreadMayChangeItsModeWhenItHasReleased() {
            LockTarget shared = LockTarget.file(file).shared();
            FileLocks locks = FileLocks.create();
            try (LockActor other = LockActor.start()) {
                for (LockTarget mine : List.of(shared, LockTarget.file(file), shared)) {
                    try (HeldLock lock = locks.acquire(mine, Duration.ZERO)) {
                        assertThat(lock.isHeld()).isTrue();
                        assertThat(other.main().tryAcquire(file)).isFalse();
                        assertThat(other.main().tryAcquire(shared)).isEqualTo(mine.equals(shared));
                        if (mine.equals(shared)) {
                            other.main().release(file);
                        }
                    }
                }
                other.main().acquire(file);
            }
        }
    }

    @Nested
    class WhenThereIsWaiting {

        @Test
        @DisplayName(
                "Go, cmd/go/internal/lockedfile, TestSpuriousEDEADLK: process P waits for Q, another thread of it not")
        void noDeadlockIsSeenWhereThereIsNone() {
            Path a = file.resolveSibling("a");
            Path b = file.resolveSibling("b");
            try (Referee referee = Referee.start();
                    Troupe processes = LockActor.start(2, referee)) {
                Role first = processes.get(0).thread("first of P");
                Role second = processes.get(0).thread("second of P");
                Role third = processes.get(1).thread("only one of Q");
                first.acquire(a);
                third.acquire(b);
                third.beginAcquire(a);
                third.awaitWaitingInTheKernel();
                second.beginAcquire(b); // The kernel refuses to let it wait: Q waits for P, and P would for Q.
                second.awaitWaiting();

                first.release(a);
                third.awaitAcquired();
                assertThat(second.hasOutcome()).isFalse();
                third.release(a);
                third.release(b);
                second.awaitAcquired();
                assertThat(referee.fouls()).isEmpty();
            }
        }

        /** In the origin the timeout begins anew with the next holder, which may be for ever. */
        @Test
        @DisplayName(
                "Gradle, DefaultFileLockManagerContentionTest, the owner changes: here the timeout stays what it was")
        void aTimedWaitIsNotProlongedByAChangeOfHolders() {
            Duration timeout = Duration.ofMillis(1_200);
            Duration change = Duration.ofMillis(900);
            try (LockActor process = LockActor.start()) {
                Role first = process.thread("first");
                Role second = process.thread("second");
                Role hasty = process.thread("hasty");
                first.acquire(file);
                second.beginAcquire(file);
                second.awaitWaiting();
                hasty.beginAcquire(file, timeout);
                hasty.awaitWaiting();
                long start = System.nanoTime();
                while (System.nanoTime() - start < change.toNanos()) {
                    LockActor.pause();
                }
                first.release(file);
                second.awaitAcquired();

                Outcome outcome = hasty.outcome();
                assertThat(outcome.acquired()).isFalse();
                assertThat(outcome.waited())
                        .isBetween(timeout, timeout.plus(change).minusMillis(100));
            }
        }
    }

    @Nested
    class WhenThereIsASidecarAlready {

        private Path sidecar() {
            return file.resolveSibling("file.txt.lock");
        }

        @Test
        @DisplayName("tox-dev/filelock, test_waiter_fd_cannot_split_lock_after_release")
        void aDescriptorOpenedUnderOneHolderIsKeptOutByTheNext() {
            try (LockActor holder = LockActor.start();
                    LockActor next = LockActor.start();
                    LockActor stranger = LockActor.start()) {
                holder.main().acquire(file);
                // At a place that nobody else locks, only to have it open.
                stranger.main().tell("foreignLock", sidecar().toString(), "4096", "1");
                holder.main().release(file);

                next.main().acquire(file);
                List<String> attempt =
                        stranger.main().tell("foreignTryLockToo", sidecar().toString(), "0", "1");
                assertThat(attempt).containsExactly("busy");
            }
        }

        @Test
        @DisplayName("H2, TestFileLock.testFutureModificationDate: a sidecar of tomorrow is as good as any")
        void itsTimeDoesNotMatter() throws IOException {
            Files.createFile(sidecar());
            try (LockActor process = LockActor.start()) {
                for (Instant time : List.of(Instant.now().plus(Duration.ofDays(1)), Instant.EPOCH)) {
                    Files.setLastModifiedTime(sidecar(), FileTime.from(time));
                    process.main().acquire(file);
                    assertThat(process.thread("other").tryAcquire(file)).isFalse();
                    process.main().release(file);
                }
            }
        }
    }

    @Nested
    class WhenItIsHeldMoreThanOnce {

        @Test
        @DisplayName(
                "r-lib/filelock, \"lock reference counting\", \"Multiple locks\", \"Relocking does not affect ...\"")
        void itIsFreeForOthersAfterTheLastReleaseAndWhatIsReleasedStaysReleased() {
            FileLocks locks = FileLocks.create();
            try (LockActor other = LockActor.start()) {
                HeldLock first = locks.acquire(file);
                HeldLock second = locks.acquire(file);
                first.close();
                first.close();
                assertThat(other.main().tryAcquire(file)).isFalse();
                assertThat(first).hasToString("HeldLock[" + file + ", EXCLUSIVE, released]");
                assertThat(second).hasToString("HeldLock[" + file + ", EXCLUSIVE]");

                second.close();
                other.main().acquire(file);
                other.main().release(file);

                try (HeldLock third = locks.acquire(file)) {
                    assertThat(other.main().tryAcquire(file)).isFalse();
                    assertThat(List.of(first, second)).noneMatch(HeldLock::isHeld);
                    assertThat(third.isHeld()).isTrue();
                }
            }
        }
    }
}
