package io.github.filelocked.examples.benchmark.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for a page. */
final class MarkdownReport {

    private MarkdownReport() {}

    static String of(Table table) {
        StringBuilder text = new StringBuilder("## ").append(table.title()).append("\n\n");
        if (!table.note().isEmpty()) {
            text.append(table.note()).append("\n\n");
        }
        if (table.rows().isEmpty()) {
            return text.toString();
        }
        text.append(line(table.header()));
        text.append(line(IntStream.range(0, table.header().size())
                .mapToObj(column -> column == 0 ? "---" : "--:")
                .toList()));
        table.rows().forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
