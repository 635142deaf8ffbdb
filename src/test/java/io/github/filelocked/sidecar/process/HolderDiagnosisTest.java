package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.process.LockActor.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A waiting process learns who holds. */
@Tag("process")
@Timeout(60)
class HolderDiagnosisTest {

    @TempDir
    Path dir;

    @Nested
    class WhenAnotherProcessHolds {

        @Test
        void theErrorNamesItsProcessHostThreadOperationAndSince() throws IOException {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                assertThat(holder.thread("nightly-1")
                                .attempt(LockTarget.file(file), Duration.ZERO, "Reports.rewrite")
                                .acquired())
                        .isTrue();
                Instant after = Instant.now();

                for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofMillis(50)}) {
                    Outcome busy = other.main().attempt(file, timeout);
                    assertThat(busy.acquired()).isFalse();
                    assertThat(busy.namesAHolder()).isTrue();
                    assertThat(busy.holdersPid()).isEqualTo(holder.pid());
                    assertThat(busy.holdersHost())
                            .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/hostname"))
                                    .strip());
                    assertThat(busy.holdersThread()).isEqualTo("nightly-1");
                    assertThat(busy.holdersOperation()).isEqualTo("Reports.rewrite");
                    assertThat(busy.heldSince()).isBetween(before, after);
                    assertThat(busy.text())
                            .contains(
                                    file.toString(),
                                    file + ".lock",
                                    "pid " + holder.pid(),
                                    "nightly-1",
                                    "Reports.rewrite");
                }
            }
        }

        @Test
        void theErrorNamesTheHolderOfNowAndNotTheOneBefore() {
            Path file = dir.resolve("file.txt");
            try (LockActor first = LockActor.start();
                    LockActor second = LockActor.start();
                    LockActor other = LockActor.start()) {
                first.thread("a-thread-of-a-rather-long-name").acquire(file);
                first.thread("a-thread-of-a-rather-long-name").release(file);
                second.thread("short").acquire(file);

                Outcome busy = other.main().attempt(file, Duration.ZERO);
                assertThat(busy.holdersPid()).isEqualTo(second.pid());
                assertThat(busy.holdersThread()).isEqualTo("short");
                assertThat(busy.text()).doesNotContain("rather-long-name");
            }
        }

        @Test
        void theErrorNamesASharedHolderAsWell() {
            Path file = dir.resolve("file.txt");
            try (LockActor first = LockActor.start();
                    LockActor second = LockActor.start();
                    LockActor other = LockActor.start()) {
                first.main().acquire(LockTarget.file(file).shared());
                second.main().acquire(LockTarget.file(file).shared());
                first.main().release(file);

                Outcome busy = other.main().attempt(file, Duration.ZERO);
                assertThat(busy.acquired()).isFalse();
                assertThat(busy.holdersPid()).isEqualTo(second.pid());
            }
        }

        @Test
        void theErrorDoesNotNameASharedHolderThatLeftDuringTheWait() {
            Path file = dir.resolve("file.txt");
            try (LockActor stays = LockActor.start();
                    LockActor leaves = LockActor.start();
                    LockActor other = LockActor.start()) {
                stays.main().acquire(LockTarget.file(file).shared());
                leaves.main().acquire(LockTarget.file(file).shared());
                other.main().beginAcquire(file, Duration.ofSeconds(3));
                other.main().awaitWaitingInTheKernel();
                leaves.main().release(file);

                Outcome busy = other.main().outcome();
                assertThat(busy.acquired()).isFalse();
                assertThat(busy.text()).doesNotContain("pid " + leaves.pid() + " ");
            }
        }

        @Test
        void theErrorNamesOneThatLeavesNoRecordByTheKernelsList() {
            Path file = dir.resolve("file.txt");
            try (LockActor holder = LockActor.start();
                    LockActor other = LockActor.start()) {
                holder.main().with("ownerRecord", "false").acquire(file);

                for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofMillis(50)}) {
                    Outcome busy = other.main().attempt(file, timeout);
                    assertThat(busy.acquired()).isFalse();
                    assertThat(busy.holdersPid()).isEqualTo(holder.pid());
                    assertThat(busy.text()).contains("pid " + holder.pid() + " (java), which left no record");
                }
            }
        }
    }

    @Nested
    class WhenAHolderWasKilled {

        @Test
        void itsRecordIsNotShownAsTheHolderOfNow() {
            Path file = dir.resolve("file.txt");
            try (LockActor killed = LockActor.start();
                    LockActor silent = LockActor.start();
                    LockActor other = LockActor.start()) {
                killed.thread("the-dead-one").acquire(file);
                killed.kill();
                assertThat(dir.resolve("file.txt.lock")).content().contains("the-dead-one");
                silent.main().with("ownerRecord", "false").acquire(file);

                Outcome busy = other.main().attempt(file, Duration.ZERO);
                assertThat(busy.acquired()).isFalse();
                assertThat(busy.holdersPid()).isEqualTo(silent.pid());
                assertThat(busy.text()).doesNotContain("the-dead-one");
            }
        }

        @Test
        void theNextHolderIsShown() {
            Path file = dir.resolve("file.txt");
            try (LockActor killed = LockActor.start();
                    LockActor next = LockActor.start();
                    LockActor other = LockActor.start()) {
                killed.thread("the-dead-one").acquire(file);
                killed.kill();
                next.main().acquire(file);

                Outcome busy = other.main().attempt(file, Duration.ZERO);
                assertThat(busy.holdersPid()).isEqualTo(next.pid());
                assertThat(busy.text()).doesNotContain("the-dead-one");
            }
        }
    }
}
