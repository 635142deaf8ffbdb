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

/** The cost that the annotation adds to the call that a program would make itself. */
public final class AnnotationCost implements Part {

    private static final String BASE = "programmatic";

    @Override
    public Outcome measure(Size size) throws Exception {
        Turns turns = JmhTurns.run(AnnotationBenchmark.class, size);
        Table table = new Table(
                "Annotation: a nested lock, and LockedPath.current()",
                "",
                List.of("way", "median", "added"),
                List.of(
                        row("FileLocks.acquire", BASE, turns),
                        row("woven, constant path", "woven", turns),
                        row("woven, path with an argument", "wovenExpression", turns),
                        row("Spring proxy, constant path", "proxied", turns),
                        row("Spring proxy, SpEL path", "proxiedSpel", turns)));
        return new Outcome(
                List.of(table),
                List.of(
                        added("woven, constant path", 500, "woven", turns),
                        added("Spring proxy, constant path", 1_000, "proxied", turns),
                        added("Spring proxy, SpEL path", 2_000, "proxiedSpel", turns)),
                List.of(plot(turns)));
    }

    private static Plot plot(Turns turns) {
        Map<String, Double> micros = new LinkedHashMap<>();
        micros.put("FileLocks.acquire", turns.median(BASE) / 1e3);
        micros.put("woven", turns.median("woven") / 1e3);
        micros.put("woven, argument", turns.median("wovenExpression") / 1e3);
        micros.put("Spring proxy", turns.median("proxied") / 1e3);
        micros.put("Spring proxy, SpEL", turns.median("proxiedSpel") / 1e3);
        return new BarPlot("annotation", "A nested lock by a call and by the annotation", micros);
    }

    private static List<String> row(String label, String candidate, Turns turns) {
        return List.of(
                label,
                Unit.NANOS.format(turns.median(candidate)),
                Unit.NANOS.format(turns.difference(candidate, BASE)));
    }

    private static Verdict added(String label, double limit, String candidate, Turns turns) {
        return Verdict.atMost(label + ": added", limit, turns.difference(candidate, BASE), Unit.NANOS);
    }
}
