package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Percentiles;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.peer.Peers;
import io.github.filelocked.examples.benchmark.plot.CumulativePlot;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several processes that read, add and replace under one lock, as fast as they get it. */
public final class Contention implements Part {

    private static final List<Peers> CANDIDATES =
            List.of(Peers.FILELOCKED, Peers.RAW, Peers.POLLING_20, Peers.POLLING_50, Peers.POLLING_100);

    private final String name;
    private final Pause think;
    private final Turns rates = new Turns();
    private final Turns longest = new Turns();
    private final Turns p99 = new Turns();
    private final Map<Peers, List<Double>> waits = new EnumMap<>(Peers.class);

    /**
     * Creates the part.
     *
     * @param name what it is called in the results
     * @param think how long a process does something else between rounds; without any, who polls comes back to a lock
     *     that he himself has just released, and nearly all of his waits are short, at the expense of the others' few
     */
    public Contention(String name, Pause think) {
        this.name = name;
        this.think = think;
    }

    @Override
    public Outcome measure(Size size) throws Exception {
        int workers = size.pick(8, 3);
        int rounds = size.pick(200, 10);
        List<Peers> order = new ArrayList<>(CANDIDATES);
        for (int turn = 0; turn < size.pick(4, 1); turn++) {
            play(order, workers, rounds);
            Collections.rotate(order, 2);
        }
        return outcome(workers, rounds);
    }

    private void play(List<Peers> order, int workers, int rounds) throws Exception {
        try (Scratch scratch = Scratch.create()) {
            Map<Peers, ContentionBoard> boards = new EnumMap<>(Peers.class);
            for (Peers who : order) {
                boards.put(who, ContentionBoard.create(who, workers, rounds, scratch.directory()));
                Files.writeString(ContentionProgram.counterOf(who, scratch.directory()), "0");
            }
            List<List<String>> arguments = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                arguments.add(arguments(worker, workers, rounds, scratch.directory(), order));
            }
            Team.run(ContentionProgram.class, arguments);
            for (Peers who : order) {
                checkNothingLost(who, ContentionProgram.expected(workers, rounds), scratch.directory());
                note(who, boards.get(who));
            }
        }
    }

    private List<String> arguments(int worker, int workers, int rounds, Path directory, List<Peers> order) {
        List<String> arguments = new ArrayList<>(List.of(
                String.valueOf(worker),
                String.valueOf(workers),
                String.valueOf(rounds),
                directory.toString(),
                think.toString()));
        order.forEach(who -> arguments.add(who.name()));
        return arguments;
    }

    /** Speed is worth nothing to a lock that does not exclude. */
    private static void checkNothingLost(Peers who, long expected, Path directory) throws IOException {
        long counted = ContentionProgram.read(ContentionProgram.counterOf(who, directory));
        if (counted != expected) {
            throw new IllegalStateException(who.label + " has lost updates: " + counted + " of " + expected);
        }
    }

    private void note(Peers who, ContentionBoard board) {
        List<Double> noted = board.waits();
        rates.add(who.name(), noted.size() * 1e9 / board.nanos());
        longest.add(who.name(), Collections.max(noted));
        p99.add(who.name(), Percentiles.of(noted, 99));
        waits.computeIfAbsent(who, absent -> new ArrayList<>()).addAll(noted);
    }

    private Outcome outcome(int workers, int rounds) {
        Map<String, List<Double>> curves = new LinkedHashMap<>();
        CANDIDATES.forEach(who -> curves.put(who.label, waits.get(who)));
        String ours = Peers.FILELOCKED.name();
        String raw = Peers.RAW.name();
        List<Verdict> verdicts = new ArrayList<>(List.of(
                Verdict.atLeast(name + ", throughput, to raw", 0.9, rates.ratio(ours, raw), Unit.RATIO),
                Verdict.atMost(name + ", longest wait, to raw", 1.5, longest.ratio(ours, raw), Unit.RATIO)));
        for (Peers polling : List.of(Peers.POLLING_20, Peers.POLLING_50, Peers.POLLING_100)) {
            verdicts.add(Verdict.atLeast(
                    name + ", p99 of " + polling.label + ", to ours", 5, p99.ratio(polling.name(), ours), Unit.RATIO));
        }
        String title = "Contention: %d JVMs, %d rounds of read, add one, replace".formatted(workers, rounds);
        return new Outcome(
                List.of(new Table(
                        title + words(),
                        "Ratios: to raw FileChannel.lock(). No update was lost.",
                        List.of("candidate", "throughput", "ratio", "median", "p99", "longest wait", "ratio"),
                        CANDIDATES.stream().map(this::row).toList())),
                verdicts,
                List.of(new CumulativePlot(
                        name, "Contention of %d JVMs".formatted(workers) + words(), "wait for the lock", curves)));
    }

    private String words() {
        return think.longest().isZero() ? "" : "; " + think.inWords() + " between them";
    }

    private List<String> row(Peers who) {
        String raw = Peers.RAW.name();
        return List.of(
                who.label,
                Unit.PER_SECOND.format(rates.median(who.name())),
                Unit.RATIO.format(rates.ratio(who.name(), raw)),
                Unit.NANOS.format(Percentiles.median(waits.get(who))),
                Unit.NANOS.format(p99.median(who.name())),
                Unit.NANOS.format(longest.median(who.name())),
                Unit.RATIO.format(longest.ratio(who.name(), raw)));
    }
}
