package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import io.github.filelocked.examples.benchmark.plot.LinePlot;
import io.github.filelocked.examples.benchmark.plot.Plot;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The price of one lock among many that are held. */
public final class ScaleCost implements Part {

    private static final String OURS = "filelocked ";
    private static final String FLOOR = "rawFloor ";

    @Override
    public Outcome measure(Size size) throws Exception {
        List<Integer> counts = size.pick(List.of(1, 100, 10_000), List.of(1, 100));
        Turns turns = JmhTurns.run(
                ScaleBenchmark.class,
                size,
                "held",
                counts.stream().map(String::valueOf).toList());
        int fewest = counts.get(0);
        int most = counts.get(counts.size() - 1);
        List<List<String>> rows = new ArrayList<>();
        for (int count : counts) {
            rows.add(List.of(
                    Unit.COUNT.format(count),
                    Unit.NANOS.format(turns.median(OURS + count)),
                    Unit.RATIO.format(turns.ratio(OURS + count, OURS + fewest)),
                    Unit.NANOS.format(turns.median(FLOOR + count)),
                    Unit.RATIO.format(turns.ratio(FLOOR + count, FLOOR + fewest))));
        }
        Table table = new Table(
                "Scale: acquire and close while other locks are held",
                "",
                List.of("others held", "filelocked", "to " + fewest, "raw floor", "to " + fewest),
                rows);
        return new Outcome(
                List.of(table),
                List.of(Verdict.atMost(
                        "cost with " + Unit.COUNT.format(most) + " others held, to that with " + fewest,
                        1.3,
                        turns.ratio(OURS + most, OURS + fewest),
                        Unit.RATIO)),
                List.of(plot(counts, turns)));
    }

    private static Plot plot(List<Integer> counts, Turns turns) {
        Map<String, List<Double>> micros = new LinkedHashMap<>();
        micros.put("filelocked", micros(OURS, counts, turns));
        micros.put("raw floor", micros(FLOOR, counts, turns));
        return new LinePlot(
                "scale",
                "Acquire and close while this JVM holds other locks",
                "other locks held",
                counts.stream().map(Integer::doubleValue).toList(),
                micros);
    }

    private static List<Double> micros(String candidate, List<Integer> counts, Turns turns) {
        return counts.stream()
                .map(count -> turns.median(candidate + count) / 1e3)
                .toList();
    }
}
