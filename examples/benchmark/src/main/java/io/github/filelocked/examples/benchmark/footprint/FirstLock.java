package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.process.ChildJvm;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.time.Duration;
import java.util.List;

/** Class loading and the first lock of a fresh JVM. */
public final class FirstLock implements Part {

    private static final List<String> CANDIDATES = List.of("raw", "filelocked");
    private static final String THREADS = " threads";

    @Override
    public Outcome measure(Size size) throws Exception {
        Turns turns = new Turns();
        try (Scratch scratch = Scratch.create()) {
            for (int turn = 0; turn < size.pick(15, 1); turn++) {
                for (String candidate : CANDIDATES) {
                    String file = scratch.file(candidate + turn).toString();
                    List<String> printed =
                            ChildJvm.run(FirstLockProgram.class, List.of(candidate, file), Duration.ofMinutes(1));
                    turns.add(candidate, Double.parseDouble(printed.get(0)));
                    turns.add(candidate + THREADS, Double.parseDouble(printed.get(1)));
                }
            }
        }
        double added = turns.difference("filelocked", "raw");
        double threads = turns.median("filelocked" + THREADS);
        Table table = new Table(
                "Start: the first lock of a fresh JVM, with the loading of classes",
                "",
                List.of("candidate", "median", "added"),
                List.of(
                        List.of("raw floor", Unit.NANOS.format(turns.median("raw")), Unit.NANOS.format(0)),
                        List.of(
                                "filelocked",
                                Unit.NANOS.format(turns.median("filelocked")),
                                Unit.NANOS.format(added))));
        return new Outcome(
                List.of(table),
                List.of(
                        Verdict.atMost("first lock: added", 50e6, added, Unit.NANOS),
                        Verdict.atMost("threads of ours after a lock", 0, threads, Unit.COUNT)));
    }
}
