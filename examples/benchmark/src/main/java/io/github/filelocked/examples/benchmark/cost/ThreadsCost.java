package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.util.List;

/** The number of locks a second that many threads of one JVM get of one resource. */
public final class ThreadsCost implements Part {

    private static final String FLOOR = "rawFloor";
    private static final String CROWD = "sixteenThreads";

    @Override
    public Outcome measure(Size size) throws Exception {
        Turns turns = JmhTurns.run(ThreadsBenchmark.class, size);
        Table table = new Table(
                "Threads: locks of one resource, acquired and closed by one JVM",
                "",
                List.of("candidate", "median", "to the floor"),
                List.of(
                        row("raw floor, one thread alone", FLOOR, turns),
                        row("filelocked, one thread alone", "oneThread", turns),
                        row("filelocked, 16 threads", CROWD, turns)));
        return new Outcome(
                List.of(table),
                List.of(Verdict.atLeast(
                        "throughput of 16 threads, to the floor's of one",
                        0.9,
                        turns.ratio(CROWD, FLOOR),
                        Unit.RATIO)));
    }

    private static List<String> row(String label, String candidate, Turns turns) {
        return List.of(
                label,
                Unit.PER_SECOND.format(turns.median(candidate)),
                Unit.RATIO.format(turns.ratio(candidate, FLOOR)));
    }
}
