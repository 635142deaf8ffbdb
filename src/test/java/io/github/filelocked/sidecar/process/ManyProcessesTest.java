package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.sidecar.process.LockActor.Outcome;
import io.github.filelocked.sidecar.process.LockActor.Troupe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The processes of other people's stress tests. Each has two oracles: the referee, and what is in the file. {@code
 * -Dfilelocked.stress=long} has the origins' numbers, which take minutes.
 */
@Tag("process")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ManyProcessesTest {

    private static final Duration PATIENCE = Stress.isLong() ? Duration.ofMinutes(8) : ChildJvm.PATIENCE;

    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = Counter.create(temporary.toRealPath().resolve("counter.txt"));
    }

    @Test
    @DisplayName("Lucene, TestStressLockFactories, with LockStressTest and LockVerifyServer")
    void clientsThatDoNotWaitAreAloneInTheEyesOfTheServer() throws IOException {
        int clients = Stress.isLong() ? 5 : 2;
        int tries = Stress.isLong() ? 30_000 : 500;
        long seed = System.nanoTime();
        List<ChildJvm> children = new ArrayList<>();
        try (Referee referee = Referee.start()) {
            for (int i = 0; i < clients; i++) {
                children.add(ChildJvm.start(
                        SingleAttemptsMain.class,
                        String.valueOf(referee.port()),
                        String.valueOf(seed + i),
                        file.toString(),
                        String.valueOf(tries)));
            }
            start(children);
            int acquired = 0;
            for (ChildJvm child : children) {
                acquired += Integer.parseInt(child.receive("acquired", PATIENCE).get(0));
                assertThat(child.receive("tables")).as("claims and inodes").containsExactly("{}", "{}");
                assertThat(child.awaitEnd()).isZero();
            }
            assertThat(referee.fouls()).as("seed %s", seed).isEmpty();
            assertThat(referee.events()).hasSize(2 * acquired);
            assertThat(Counter.read(file))
                    .as("seed %s", seed)
                    .isEqualTo(acquired)
                    .isPositive();
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    @Test
    @DisplayName("Go, cmd/go/internal/lockedfile, TestTransform; Lucene, BaseLockFactoryTestCase.testStressLocks")
    void whoeverReadsFindsWhatOneWriterWrote() throws IOException {
        int processes = Stress.isLong() ? 4 : 2;
        int threads = 32 / processes;
        int attempts = Stress.isLong() ? 16 * 128 : 16;
        long seed = System.nanoTime();
        TransformMain.write(file, 0, 1);
        List<ChildJvm> children = new ArrayList<>();
        try (Referee referee = Referee.start()) {
            for (int i = 0; i < processes; i++) {
                children.add(ChildJvm.start(
                        TransformMain.class,
                        String.valueOf(referee.port()),
                        String.valueOf(seed + 1000L * i),
                        file.toString(),
                        String.valueOf(threads),
                        String.valueOf(attempts)));
            }
            start(children);
            for (ChildJvm child : children) {
                assertThat(child.receive("transformed", PATIENCE)).isNotEqualTo(List.of("0"));
                assertThat(child.awaitEnd()).isZero();
            }
            assertThat(referee.fouls()).as("seed %s", seed).isEmpty();
            assertThat(referee.events()).hasSize(2 * 32 * attempts);
            assertThat(TransformMain.flawIn(file)).as("seed %s", seed).isEmpty();
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    /** In the origin it ends with their failure; here they wait afterwards, and all get in. */
    @Test
    @DisplayName("H2, TestFileLockProcess: 50 processes that find the file in use")
    void noneOfManyProcessesGetsInBeforeTheHolderLeavesAndThenAllDo() throws IOException {
        int processes = Stress.isLong() ? 50 : 8;
        try (Referee referee = Referee.start();
                Referee.Player self = new Referee.Player(referee.port(), "the test");
                Troupe others = LockActor.start(processes, referee)) {
            try (HeldLock lock = FileLocks.create().acquire(file)) {
                self.enter(lock.path().toString(), false);
                for (LockActor other : others.actors()) {
                    Outcome outcome = other.main().attempt(file, Duration.ZERO);
                    assertThat(outcome.acquired()).isFalse();
                    assertThat(outcome.holdersPid())
                            .isEqualTo(ProcessHandle.current().pid());
                    other.main().begin("increment", file.toString(), "1");
                }
                for (LockActor other : others.actors()) {
                    other.main().awaitWaitingInTheKernel();
                }
                assertThat(Counter.read(file)).isZero();
                self.leave(lock.path().toString());
            }
            others.actors().forEach(other -> other.main().awaitAnswer("incremented"));
            assertThat(referee.fouls()).isEmpty();
            assertThat(referee.events()).hasSize(2 * (processes + 1));
        }
        assertThat(Counter.read(file)).isEqualTo(processes);
    }

    private static void start(List<ChildJvm> children) {
        children.forEach(child -> child.receive("ready"));
        children.forEach(child -> child.send("go"));
    }
}
