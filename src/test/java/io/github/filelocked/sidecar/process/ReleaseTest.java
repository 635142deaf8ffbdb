package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.sidecar.process.LockActor.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events that end a lock, and above all those that do not. */
@Tag("process")
@Timeout(60)
class ReleaseTest {

    @TempDir
    Path dir;

    @Nested
    @DisplayName("I15: the sidecar")
    class TheSidecar {

        @Test
        void staysAfterTheReleaseAndIsTheSameFileForAllWhoFollow() throws IOException {
            Path file = dir.resolve("file.txt");
            Path sidecar = dir.resolve("file.txt.lock");
            try (LockActor first = LockActor.start();
                    LockActor second = LockActor.start()) {
                first.main().acquire(file);
                Object inode = Files.getAttribute(sidecar, "unix:ino");
                first.main().release(file);
                assertThat(Files.getAttribute(sidecar, "unix:ino")).isEqualTo(inode);

                second.main().acquire(file);
                second.main().release(file);
                assertThat(Files.getAttribute(sidecar, "unix:ino")).isEqualTo(inode);
            }
        }

        @Test
        void saysNothingAboutWhoHoldsItEvenIfItNamesALivingProcess() throws IOException {
            Path file = dir.resolve("file.txt");
            Path sidecar = dir.resolve("file.txt.lock");
            try (LockActor first = LockActor.start();
                    LockActor second = LockActor.start()) {
                first.main().acquire(file);
                String record = Files.readString(sidecar);
                assertThat(record).contains("pid=" + first.pid());
                first.main().release(file);
                Files.writeString(sidecar, record);

                second.main().acquire(file);
            }
        }
    }

    @Nested
    @DisplayName("I16: when the holder is killed")
    class WhenTheHolderIsKilled {

        @Test
        void aWaiterOfAnotherProcessGoesOnAtOnce() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor process = LockActor.start();
                    LockActor third = LockActor.start()) {
                Role waiter = process.main();
                holder.main().acquire(file);
                waiter.beginAcquire(file);
                waiter.awaitWaitingInTheKernel();

                long killed = System.nanoTime();
                holder.kill();
                waiter.awaitAcquired();
                assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(2));
                assertThat(third.main().tryAcquire(file)).isFalse();
            }
        }

        @Test
        void aKilledWaiterLeavesNoPlaceInTheQueue() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor killed = LockActor.start();
                    LockActor process = LockActor.start()) {
                holder.main().acquire(file);
                killed.main().beginAcquire(file);
                killed.main().awaitWaitingInTheKernel();
                process.main().beginAcquire(file);
                process.main().awaitWaitingInTheKernel();

                killed.kill();
                holder.main().release(file);
                process.main().awaitAcquired();
            }
        }
    }

    @Nested
    @DisplayName("I17: when nobody refers to a held lock any more")
    class WhenNobodyRefersToAHeldLock {

        @Test
        void noGarbageCollectionReleasesIt() throws IOException {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.thread("careless").tell("leak", file.toString(), "FILE", "EXCLUSIVE");
                collectGarbageUntilItReleasesWhatIsUnreachable(holder, other);

                assertThat(other.main().tryAcquire(file)).isFalse();
                assertThat(holder.thread("another").tryAcquire(file)).isFalse();
            }
        }

        @Test
        void noGarbageCollectionReleasesItEvenIfItsCopyOfTheLibraryIsGone() throws IOException {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                Role careless = holder.thread("careless").inAClassLoaderOfItsOwn();
                careless.tell("leak", file.toString(), "FILE", "EXCLUSIVE");
                careless.tell("dropCopy");
                collectGarbageUntilItReleasesWhatIsUnreachable(holder, other);

                assertThat(other.main().tryAcquire(file)).isFalse();
                assertThat(holder.thread("another").tryAcquire(file)).isFalse();
            }
        }

        /**
         * The control: a lock of a channel that is dropped in the same way does go, and by that the test knows it is
         * enough.
         */
        private void collectGarbageUntilItReleasesWhatIsUnreachable(LockActor holder, LockActor other)
                throws IOException {
            Path control = dir.resolve("control");
            Path sidecar = Files.createFile(dir.resolve("control.lock"));
            holder.thread("control").tell("foreignLeak", sidecar.toString());
            assertThat(other.main().tryAcquire(control)).isFalse();
            do {
                holder.thread("collector").tell("collectGarbage");
            } while (!other.main().tryAcquire(control));
            holder.thread("collector").tell("collectGarbage");
        }
    }

    @Nested
    @DisplayName("I19: when the holder starts a child process")
    class WhenTheHolderStartsAChildProcess {

        @Test
        void theChildsEndDoesNotDropTheLock() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.main().acquire(file);
                assertThat(holder.main().tell("startChild", "child")).containsExactly("started");
                assertThat(other.main().tryAcquire(file)).isFalse();

                assertThat(holder.main().tell("endChild", "child")).containsExactly("ended");
                assertThat(other.main().tryAcquire(file)).isFalse();
            }
        }

        @Test
        void theChildDoesNotInheritTheLock() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.main().acquire(file);
                holder.main().tell("startChild", "child");

                holder.main().release(file);
                assertThat(other.main().tryAcquire(file)).isTrue();
                assertThat(holder.main().tell("endChild", "child")).containsExactly("ended");
            }
        }

        @Test
        void theChildDoesNotInheritTheLockOfAKilledHolder() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.main().acquire(file);
                holder.main().tell("startChild", "child");
                other.main().beginAcquire(file);
                other.main().awaitWaitingInTheKernel();

                holder.kill();
                other.main().awaitAcquired();
            }
        }
    }
}
