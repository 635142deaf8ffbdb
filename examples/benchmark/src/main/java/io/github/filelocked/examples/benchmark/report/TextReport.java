package io.github.filelocked.examples.benchmark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for the terminal: a row's name to the left, its figures to the right. */
public final class TextReport {

    private TextReport() {}

    public static String of(Table table) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(table.header());
        lines.addAll(table.rows());
        int[] widths = IntStream.range(0, table.header().size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder(table.title()).append('\n');
        if (!table.note().isEmpty()) {
            text.append(table.note()).append('\n');
        }
        text.append('\n').append(line(table.header(), widths));
        text.append("  ").append("-".repeat(IntStream.of(widths).sum() + 2 * (widths.length - 1)));
        text.append('\n');
        table.rows().forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        String line = IntStream.range(0, widths.length)
                .mapToObj(column ->
                        String.format("%" + (column == 0 ? "-" : "") + widths[column] + "s", cells.get(column)))
                .collect(Collectors.joining("  ", "  ", ""));
        return line.stripTrailing() + "\n";
    }
}
