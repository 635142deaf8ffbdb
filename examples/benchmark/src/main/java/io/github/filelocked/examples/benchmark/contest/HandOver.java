package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Percentiles;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.peer.Database;
import io.github.filelocked.examples.benchmark.peer.Peers;
import io.github.filelocked.examples.benchmark.plot.CumulativePlot;
import io.github.filelocked.examples.benchmark.process.Board;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the release in one process to the next instruction of another that waits. */
public final class HandOver implements Part {

    private final Pause hold;
    private final Map<Peers, List<Double>> latencies = new EnumMap<>(Peers.class);
    private final Turns medians = new Turns();

    public HandOver(Pause hold) {
        this.hold = hold;
    }

    @Override
    public Outcome measure(Size size) throws Exception {
        List<Peers> present = new ArrayList<>(Arrays.stream(Peers.values())
                .filter(who -> who.missing().isEmpty())
                .toList());
        for (int turn = 0; turn < size.pick(4, 1); turn++) {
            play(present, size);
            Collections.rotate(present, 3); // So that nobody always comes after the same one.
        }
        return outcome();
    }

    private void play(List<Peers> present, Size size) throws Exception {
        try (Scratch scratch = Scratch.create();
                Database database = Database.start()) {
            database.publish(scratch.directory());
            Map<Peers, Board> boards = new LinkedHashMap<>();
            List<String> rounds = new ArrayList<>();
            for (Peers who : present) {
                int count = rounds(who, size);
                boards.put(
                        who,
                        Board.create(HandOverProgram.boardOf(who, scratch.directory()), HandOverProgram.slots(count)));
                rounds.addAll(List.of(who.name(), String.valueOf(practice(who, size)), String.valueOf(count)));
            }
            Team.run(
                    HandOverProgram.class,
                    List.of(arguments("holder", scratch, rounds), arguments("waiter", scratch, rounds)));
            boards.forEach((who, board) -> note(who, board, rounds(who, size)));
        }
    }

    /** More of those who hand over fast, which takes no longer, and whose 99th percentile has a target. */
    private static int rounds(Peers who, Size size) {
        return waitsInTheKernel(who) ? size.pick(160, 8) : size.pick(40, 4);
    }

    /** For the others compiled code is nothing beside their interval, which each round of practice would take. */
    private static int practice(Peers who, Size size) {
        return waitsInTheKernel(who) ? size.pick(500, 8) : 3;
    }

    private static boolean waitsInTheKernel(Peers who) {
        return who == Peers.FILELOCKED || who == Peers.RAW;
    }

    private List<String> arguments(String role, Scratch scratch, List<String> rounds) {
        List<String> arguments =
                new ArrayList<>(List.of(role, scratch.directory().toString(), hold.toString()));
        arguments.addAll(rounds);
        return arguments;
    }

    private void note(Peers who, Board board, int rounds) {
        List<Double> noted = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            noted.add((double) HandOverProgram.latency(board, round));
        }
        medians.add(who.name(), Percentiles.median(noted));
        latencies.computeIfAbsent(who, absent -> new ArrayList<>()).addAll(noted);
    }

    private Outcome outcome() {
        List<List<String>> rows = new ArrayList<>();
        Map<String, List<Double>> curves = new LinkedHashMap<>();
        for (Peers who : Peers.values()) {
            rows.add(who.missing().map(program -> rowOfMissing(who, program)).orElseGet(() -> row(who)));
            who.missing().ifPresentOrElse(program -> {}, () -> curves.put(who.label, latencies.get(who)));
        }
        return new Outcome(
                List.of(new Table(
                        "Hand-over: from the release in one process to the next instruction of another that waits",
                        "Held for " + hold.inWords() + ". Ratios: to raw FileChannel.lock().",
                        List.of("candidate", "median", "ratio", "p99", "ratio", "longest"),
                        rows)),
                List.of(
                        Verdict.atMost(
                                "hand-over, median, to raw",
                                1.3,
                                medians.ratio(Peers.FILELOCKED.name(), Peers.RAW.name()),
                                Unit.RATIO),
                        Verdict.atMost(
                                "hand-over, p99, to raw",
                                2,
                                percentile(Peers.FILELOCKED, 99) / percentile(Peers.RAW, 99),
                                Unit.RATIO)),
                List.of(new CumulativePlot(
                        "hand-over", "Hand-over between processes", "from the release to the waiter", curves)));
    }

    private List<String> row(Peers who) {
        return List.of(
                who.label,
                Unit.NANOS.format(percentile(who, 50)),
                Unit.RATIO.format(medians.ratio(who.name(), Peers.RAW.name())),
                Unit.NANOS.format(percentile(who, 99)),
                Unit.RATIO.format(percentile(who, 99) / percentile(Peers.RAW, 99)),
                Unit.NANOS.format(percentile(who, 100)));
    }

    private static List<String> rowOfMissing(Peers who, String program) {
        return List.of(who.label + ": no " + program + " here", "", "", "", "", "");
    }

    private double percentile(Peers who, double percent) {
        return Percentiles.of(latencies.get(who), percent);
    }
}
