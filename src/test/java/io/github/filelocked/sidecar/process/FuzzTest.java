package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.sidecar.process.FuzzBoard.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random operations of several processes, which are killed, stopped and continued at random. {@link FuzzBoard} is the
 * referee. One seed gives the plan of every process and of what is done to them; only the interleaving is the
 * machine's.
 *
 * <ul>
 *   <li>{@code -Dfilelocked.stress=long} makes it ten minutes of rounds, each with a seed of its own.
 *   <li>{@code -Dfilelocked.fuzz.seed=...} repeats the plan of a round.
 *   <li>{@code -Dfilelocked.fuzz.length=PT2M} makes rounds for another time.
 *   <li>{@code -Dfilelocked.fuzz.without=virtual,bind} leaves out virtual threads, or bind mounts.
 * </ul>
 */
@Tag("process")
class FuzzTest {

    private static final int PROCESSES = 3;
    private static final int THREADS = 5;

    private static final Duration LENGTH =
            Duration.parse(System.getProperty("filelocked.fuzz.length", Stress.isLong() ? "PT10M" : "PT0S"));
    private static final Duration ROUND = Duration.ofSeconds(LENGTH.isZero() ? 4 : 20);
    private static final Duration LONGEST_EXTENSION = Duration.ofMinutes(1);
    private static final List<String> WITHOUT =
            List.of(System.getProperty("filelocked.fuzz.without", "").split(",", -1));
    private static final boolean VIRTUAL = Runtime.version().feature() >= 21 && !WITHOUT.contains("virtual");

    @TempDir
    Path dir;

    private Path bound;

    @AfterEach
    void unmount() throws Exception {
        if (bound != null) {
            assertThat(run("umount", "--lazy", bound.toString())).isZero();
        }
    }

    @Test
    @DisplayName("I1, I3, I7, I11, I13, I14, I16: nothing overlaps, nothing hangs, and nothing is left behind")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nothingOverlapsNothingHangsAndNothingIsLeftBehind() throws Exception {
        long seed = Long.getLong("filelocked.fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + LENGTH.toNanos();
        do {
            Path root = Files.createTempDirectory(dir.toRealPath(), "round");
            String title = "fuzzer, -Dfilelocked.fuzz.seed=" + seed + (VIRTUAL ? ", virtual threads too" : "");
            System.out.println(title);
            try {
                prepare(root, seed);
                System.out.println(title + ": " + new Round(root, seed).play());
            } catch (Throwable failure) {
                throw new AssertionError(title + ": " + failure.getMessage(), failure);
            } finally {
                unmount();
                bound = null;
            }
            seed++;
        } while (System.nanoTime() < end);
    }

    private void prepare(Path root, long seed) throws Exception {
        FuzzPaths.create(root);
        if (seed % 4 == 0) {
            Files.createDirectory(FuzzPaths.lockDirectory(root));
        }
        if (WITHOUT.contains("bind")) {
            return;
        }
        Path target = FuzzPaths.bound(root);
        if (run("mount", "--bind", FuzzPaths.real(root).toString(), target.toString()) == 0) {
            bound = target;
        } else {
            System.out.println("NOT RUN: the fuzzer's bind mounts, since this user may not mount.");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private enum Deed {
        KILL,
        STOP_HOLDER,
        STOP_WAITER
    }

    /** One round: the processes, and what is done to them. */
    private static final class Round {

        private final Path root;
        private final long seed;
        private final FuzzBoard board;
        private final Random random;
        private final ChildJvm[] children = new ChildJvm[PROCESSES];
        private final int[] generations = new int[PROCESSES];
        private final List<String> failures = new ArrayList<>();

        Round(Path root, long seed) throws IOException {
            this.root = root;
            this.seed = seed;
            this.random = new Random(seed);
            this.board = FuzzBoard.open(root.resolve("board"), ChildJvm.PATIENCE);
        }

        Map<Tally, Integer> play() throws Exception {
            try {
                for (int seat = 0; seat < PROCESSES; seat++) {
                    start(seat);
                }
                for (ChildJvm child : children) {
                    child.receive("ready");
                }
                long end = System.nanoTime() + ROUND.toNanos();
                List<Deed> deeds = new ArrayList<>();
                while (failures.isEmpty() && (System.nanoTime() < end || !hasSeenAll(end))) {
                    if (deeds.isEmpty()) {
                        deeds.addAll(List.of(Deed.values()));
                        Collections.shuffle(deeds, random);
                    }
                    Thread.sleep(20 + random.nextInt(130)); // The pace of what is done, not an order.
                    interfere(random.nextInt(PROCESSES), deeds.remove(0), random.nextInt(200));
                }
                for (ChildJvm child : children) {
                    child.send("end");
                }
                for (ChildJvm child : children) {
                    awaitEnd(child);
                }
            } finally {
                for (ChildJvm child : children) {
                    if (child != null) {
                        child.close();
                    }
                }
            }
            try (ChildJvm fresh = ChildJvm.start(FuzzMain.class, root.toString())) {
                awaitEnd(fresh);
            }
            assertThat(failures).as("failures").isEmpty();
            Map<Tally, Integer> counted = new EnumMap<>(Tally.class);
            for (Tally tally : Tally.values()) {
                counted.put(tally, board.counted(tally));
            }
            assertThat(counted).containsEntry(Tally.FOUL, 0);
            assertThat(counted.values())
                    .as("how often which happened: %s", counted)
                    .containsOnlyOnce(0);
            return counted;
        }

        /** Returns whether everything has happened that can; on a machine under load the round goes on until it has. */
        private boolean hasSeenAll(long end) {
            return System.nanoTime() > end + LONGEST_EXTENSION.toNanos()
                    || Arrays.stream(Tally.values()).allMatch(any -> any == Tally.FOUL || board.counted(any) > 0);
        }

        private void start(int seat) {
            children[seat] = ChildJvm.of(FuzzMain.class)
                    .args(
                            root.toString(),
                            String.valueOf(seat),
                            String.valueOf(31 * (31 * seed + seat) + generations[seat]++),
                            String.valueOf(THREADS),
                            String.valueOf(VIRTUAL))
                    .start();
        }

        private void interfere(int seat, Deed deed, int millis) throws Exception {
            switch (deed) {
                case KILL -> kill(seat);
                case STOP_HOLDER -> stop(seat, Tally.STOPPED_HOLDER, board::hasHolder, millis);
                case STOP_WAITER ->
                    stop(seat, Tally.STOPPED_WAITER, any -> board.hasWaiter(any) && !board.hasHolder(any), millis);
            }
            for (ChildJvm child : children) {
                takeFailures(child);
            }
        }

        private void kill(int seat) {
            ChildJvm child = children[seat];
            takeFailures(child);
            board.doom(seat);
            child.kill();
            board.bury(seat);
            takeFailures(child);
            child.close();
            board.count(Tally.KILLED);
            start(seat);
        }

        /**
         * Stops a process in a state that must be hit by chance, so it is let go on and stopped again if it was not.
         */
        private void stop(int seat, Tally what, IntPredicate wanted, int millis) throws Exception {
            String pid = String.valueOf(children[seat].pid());
            for (int attempt = 0; attempt < 10; attempt++) {
                assertThat(run("kill", "-STOP", pid)).isZero();
                try {
                    if (wanted.test(seat)) {
                        Thread.sleep(millis);
                        board.count(what);
                        return;
                    }
                } finally {
                    assertThat(run("kill", "-CONT", pid)).isZero();
                }
            }
        }

        private void awaitEnd(ChildJvm child) {
            List<String> unused = child.receive("ended", ChildJvm.PATIENCE.multipliedBy(2));
            takeFailures(child);
        }

        private void takeFailures(ChildJvm child) {
            for (String topic : List.of("failed", "failure")) {
                while (child.hasSaid(topic)) {
                    failures.add(child + ": " + child.receive(topic).get(0));
                }
            }
        }
    }
}
