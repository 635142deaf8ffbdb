package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.plot.BarPlot;
import io.github.filelocked.examples.benchmark.plot.Plot;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The price of one lock beside that of its system calls. */
public final class UncontendedCost implements Part {

    private static final String FLOOR = "rawFloor";

    @Override
    public Outcome measure(Size size) throws Exception {
        Turns turns = JmhTurns.run(UncontendedBenchmark.class, size);
        Table table = new Table(
                "Uncontended: acquire and close, the file and its sidecar exist",
                "",
                List.of("candidate", "median", "to the floor"),
                List.of(
                        row("raw floor: open, tryLock, close", FLOOR, turns),
                        row("filelocked, no owner record", "withoutRecord", turns),
                        row("filelocked", "withRecord", turns),
                        row("filelocked, the file does not exist", "absentFile", turns),
                        row("filelocked, nested in a held lock", "nested", turns)));
        return new Outcome(
                List.of(table),
                List.of(
                        Verdict.atMost(
                                "uncontended, no owner record", 1.6, turns.ratio("withoutRecord", FLOOR), Unit.RATIO),
                        Verdict.atMost("uncontended, owner record", 2.1, turns.ratio("withRecord", FLOOR), Unit.RATIO),
                        Verdict.atMost("nested in a held lock", 200, turns.median("nested"), Unit.NANOS)),
                List.of(plot(turns)));
    }

    private static Plot plot(Turns turns) {
        Map<String, Double> micros = new LinkedHashMap<>();
        micros.put("raw floor", turns.median(FLOOR) / 1e3);
        micros.put("filelocked, no owner record", turns.median("withoutRecord") / 1e3);
        micros.put("filelocked", turns.median("withRecord") / 1e3);
        micros.put("filelocked, absent file", turns.median("absentFile") / 1e3);
        micros.put("nested in a held lock", turns.median("nested") / 1e3);
        return new BarPlot("uncontended", "Uncontended: acquire and close", micros);
    }

    private static List<String> row(String label, String candidate, Turns turns) {
        return List.of(
                label, Unit.NANOS.format(turns.median(candidate)), Unit.RATIO.format(turns.ratio(candidate, FLOOR)));
    }
}
