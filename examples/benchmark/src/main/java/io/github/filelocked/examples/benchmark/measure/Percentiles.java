package io.github.filelocked.examples.benchmark.measure;

import java.util.List;

/** Order statistics. */
public final class Percentiles {

    private Percentiles() {}

    public static double median(List<Double> figures) {
        return of(figures, 50);
    }

    /** The nearest rank: the smallest figure that at least so many per cent of all do not exceed. */
    public static double of(List<Double> figures, double percent) {
        List<Double> sorted = figures.stream().sorted().toList();
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1);
    }
}
