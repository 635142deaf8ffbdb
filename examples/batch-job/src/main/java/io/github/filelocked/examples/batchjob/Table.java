package io.github.filelocked.examples.batchjob;

import java.util.List;
import java.util.stream.Collectors;

/** The outcome for people, with picocli's mark-up for colours. */
final class Table {

    private static final String HEADER = "  %-12s %10s %10s %10s %10s %14s%n"
            .formatted("mode", "expected", "counted", "lost", "seconds", "longest wait");

    private Table() {}

    static String of(List<Run> runs) {
        return HEADER + "  " + "-".repeat(HEADER.strip().length()) + "%n".formatted()
                + runs.stream().map(Table::row).collect(Collectors.joining());
    }

    private static String row(Run run) {
        return "  %-12s %,10d %,10d @|bold,%s %,10d|@ %10.2f %11.1f ms%n"
                .formatted(
                        run.mode().label,
                        run.expected(),
                        run.counted(),
                        run.lost() == 0 ? "green" : "red",
                        run.lost(),
                        run.took().toNanos() / 1e9,
                        run.longestWait().toNanos() / 1e6);
    }
}
