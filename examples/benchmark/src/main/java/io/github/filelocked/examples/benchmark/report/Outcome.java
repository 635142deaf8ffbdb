package io.github.filelocked.examples.benchmark.report;

import io.github.filelocked.examples.benchmark.plot.Plot;
import java.util.List;

/** The findings of a part of the benchmark. */
public record Outcome(List<Table> tables, List<Verdict> verdicts, List<Plot> plots) {

    public Outcome {
        tables = List.copyOf(tables);
        verdicts = List.copyOf(verdicts);
        plots = List.copyOf(plots);
    }

    public Outcome(List<Table> tables, List<Verdict> verdicts) {
        this(tables, verdicts, List.of());
    }
}
