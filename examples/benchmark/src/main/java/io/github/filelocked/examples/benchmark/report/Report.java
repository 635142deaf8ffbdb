package io.github.filelocked.examples.benchmark.report;

import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.plot.Plot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that was found, to be kept. */
public final class Report {

    private final Size size;
    private final Machine machine;
    private final List<Table> tables = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Plot> plots = new ArrayList<>();

    public Report(Size size, Machine machine) {
        this.size = size;
        this.machine = machine;
    }

    public void add(Outcome outcome) {
        tables.addAll(outcome.tables());
        verdicts.addAll(outcome.verdicts());
        plots.addAll(outcome.plots());
    }

    public Table targets() {
        return new Table(
                "Targets",
                "Medians of several turns of one run, as ratios inside a turn. " + machine + ".",
                List.of("figure", "target", "reached", "met"),
                verdicts.stream()
                        .map(verdict ->
                                List.of(verdict.figure(), verdict.target(), verdict.reached(), verdict.answer()))
                        .toList());
    }

    /** Writes the tables as {@code results.md}, and the plots beside it. */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        StringBuilder text = new StringBuilder(
                        size.pick("# Results\n\n", "# Results of the short form, whose figures mean nothing\n\n"))
                .append(MarkdownReport.of(targets()));
        for (Table table : tables) {
            text.append('\n').append(MarkdownReport.of(table));
        }
        for (Plot plot : plots) {
            Path file = plot.write(directory);
            text.append("\n![")
                    .append(plot.title())
                    .append("](")
                    .append(file.getFileName())
                    .append(")\n");
        }
        Files.writeString(directory.resolve("results.md"), text);
    }
}
