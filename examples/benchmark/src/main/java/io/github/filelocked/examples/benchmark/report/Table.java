package io.github.filelocked.examples.benchmark.report;

import java.util.List;

/**
 * Figures that belong together; the first column names a row.
 *
 * @param note how to read it, in a sentence or two, or empty
 */
public record Table(String title, String note, List<String> header, List<List<String>> rows) {

    public Table {
        header = List.copyOf(header);
        rows = List.copyOf(rows);
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(title + ": " + row + " does not fit " + header);
            }
        }
    }
}
