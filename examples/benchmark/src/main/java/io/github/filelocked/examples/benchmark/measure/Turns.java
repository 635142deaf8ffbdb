package io.github.filelocked.examples.benchmark.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * The figures of several candidates, all of whom are measured once in every turn. Candidates are compared inside a
 * turn, where they had the same machine, and the median is taken over the turns.
 */
public final class Turns {

    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    public void add(String candidate, double figure) {
        figures.computeIfAbsent(candidate, absent -> new ArrayList<>()).add(figure);
    }

    public double median(String candidate) {
        return Percentiles.median(of(candidate));
    }

    public double ratio(String candidate, String floor) {
        return compare(candidate, floor, (figure, floorFigure) -> figure / floorFigure);
    }

    public double difference(String candidate, String base) {
        return compare(candidate, base, (figure, baseFigure) -> figure - baseFigure);
    }

    private double compare(String candidate, String base, DoubleBinaryOperator operator) {
        List<Double> one = of(candidate);
        List<Double> other = of(base);
        return Percentiles.median(IntStream.range(0, Math.min(one.size(), other.size()))
                .mapToObj(turn -> operator.applyAsDouble(one.get(turn), other.get(turn)))
                .toList());
    }

    private List<Double> of(String candidate) {
        List<Double> found = figures.get(candidate);
        if (found == null) {
            throw new IllegalStateException("nothing was measured of " + candidate + ", only of " + figures.keySet());
        }
        return found;
    }
}
