package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.peer.Peers;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A JVM with many threads against JVMs with one each: who gets the lock how often, and in which order. */
public final class Fairness implements Part {

    private static final List<Peers> CANDIDATES = List.of(Peers.FILELOCKED, Peers.RAW);
    private static final List<Integer> THREADS = List.of(8, 1, 1);

    private final Pause hold;
    private final Turns turns = new Turns();

    public Fairness(Pause hold) {
        this.hold = hold;
    }

    @Override
    public Outcome measure(Size size) throws Exception {
        for (int turn = 0; turn < size.pick(5, 1); turn++) {
            play(size.pick(3_000, 300));
        }
        double furthest = IntStream.range(0, THREADS.size())
                .mapToDouble(jvm -> Math.abs(share(Peers.FILELOCKED, jvm) - 1) * 100)
                .max()
                .orElseThrow();
        double overtakings = turns.median(Peers.FILELOCKED + " overtakings");
        return new Outcome(
                List.of(table()),
                List.of(
                        Verdict.atMost(
                                "fairness, furthest share of a JVM from an equal one", 25, furthest, Unit.PERCENT),
                        Verdict.atMost("fairness, overtakings inside one JVM", 0, overtakings, Unit.PERCENT)),
                List.of());
    }

    private void play(long millis) throws Exception {
        try (Scratch scratch = Scratch.create()) {
            Map<Peers, FairnessBoard> boards = new EnumMap<>(Peers.class);
            for (Peers who : CANDIDATES) {
                boards.put(who, FairnessBoard.create(who, THREADS.size(), scratch.directory()));
            }
            List<List<String>> arguments = new ArrayList<>();
            for (int jvm = 0; jvm < THREADS.size(); jvm++) {
                arguments.add(arguments(jvm, millis, scratch));
            }
            Team.run(FairnessProgram.class, arguments);
            boards.forEach(this::note);
        }
    }

    private List<String> arguments(int jvm, long millis, Scratch scratch) {
        List<String> arguments = new ArrayList<>(List.of(
                String.valueOf(jvm),
                String.valueOf(THREADS.size()),
                String.valueOf(THREADS.get(jvm)),
                String.valueOf(millis),
                scratch.directory().toString(),
                hold.toString()));
        CANDIDATES.forEach(who -> arguments.add(who.name()));
        return arguments;
    }

    private void note(Peers who, FairnessBoard board) {
        long all = IntStream.range(0, THREADS.size()).mapToLong(board::holds).sum();
        long longest = 0;
        for (int jvm = 0; jvm < THREADS.size(); jvm++) {
            turns.add(who + " share " + jvm, (double) board.holds(jvm) * THREADS.size() / all);
            longest = Math.max(longest, board.longestWait(jvm));
        }
        turns.add(who + " overtakings", 100.0 * board.overtakings(0) / Math.max(1, board.holds(0)));
        turns.add(who + " longest", longest);
    }

    private double share(Peers who, int jvm) {
        return turns.median(who + " share " + jvm);
    }

    private Table table() {
        return new Table(
                "Fairness: JVM A with %d threads against B with %d and C with %d"
                        .formatted(THREADS.get(0), THREADS.get(1), THREADS.get(2)),
                "Held for " + hold.inWords()
                        + ". An equal share is 1.00 x. The raw one has a fair semaphore for A's threads.",
                List.of("candidate", "A's share", "B's share", "C's share", "longest wait", "overtakings in A"),
                CANDIDATES.stream().map(this::row).toList());
    }

    private List<String> row(Peers who) {
        return List.of(
                who.label,
                Unit.RATIO.format(share(who, 0)),
                Unit.RATIO.format(share(who, 1)),
                Unit.RATIO.format(share(who, 2)),
                Unit.NANOS.format(turns.median(who + " longest")),
                Unit.PERCENT.format(turns.median(who + " overtakings")));
    }
}
