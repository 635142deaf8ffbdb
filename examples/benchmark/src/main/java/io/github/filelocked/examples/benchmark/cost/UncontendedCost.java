package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.util.List;

/** The price of one lock beside that of its system calls. */
public final class UncontendedCost implements Part {

    private static final String FLOOR = "rawFloor";

    @Override
    public Outcome measure(Size size) throws Exception {
        Turns turns = JmhTurns.run(UncontendedBenchmark.class, size);
        Table table = new Table(
                "Uncontended: acquire and close, the sidecar exists",
                "",
                List.of("candidate", "median", "to the floor"),
                List.of(
                        row("raw floor: open, tryLock, close", FLOOR, turns),
                        row("filelocked, no owner record", "withoutRecord", turns),
                        row("filelocked", "withRecord", turns),
                        row("filelocked, nested in a held lock", "nested", turns)));
        return new Outcome(
                List.of(table),
                List.of(
                        Verdict.atMost(
                                "uncontended, no owner record", 1.6, turns.ratio("withoutRecord", FLOOR), Unit.RATIO),
                        Verdict.atMost("uncontended, owner record", 2.1, turns.ratio("withRecord", FLOOR), Unit.RATIO),
                        Verdict.atMost("nested in a held lock", 200, turns.median("nested"), Unit.NANOS)));
    }

    private static List<String> row(String label, String candidate, Turns turns) {
        return List.of(
                label, Unit.NANOS.format(turns.median(candidate)), Unit.RATIO.format(turns.ratio(candidate, FLOOR)));
    }
}
