package io.github.filelocked.examples.benchmark.report;

import java.util.List;

/** What a part of the benchmark has found. */
public record Outcome(List<Table> tables, List<Verdict> verdicts) {

    public Outcome {
        tables = List.copyOf(tables);
        verdicts = List.copyOf(verdicts);
    }
}
