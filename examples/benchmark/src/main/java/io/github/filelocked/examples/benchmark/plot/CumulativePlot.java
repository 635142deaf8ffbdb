package io.github.filelocked.examples.benchmark.plot;

import io.github.filelocked.examples.benchmark.measure.Percentiles;
import java.awt.BasicStroke;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The share that was done within each time, a curve for each candidate: the further to the left, the faster, and the
 * steeper, the more even.
 *
 * @param nanos the candidates' times in nanoseconds; the first candidate's curve is the thickest
 */
public record CumulativePlot(String name, String title, String of, Map<String, List<Double>> nanos) implements Plot {

    private static final double SHORTEST_MILLIS = 0.001; // A logarithmic axis has no place for nothing.

    @Override
    public XYChart draw() {
        XYChart chart = new XYChartBuilder()
                .width(Look.WIDTH)
                .height(Look.HEIGHT)
                .title(title)
                .xAxisTitle(of + " (ms, logarithmic)")
                .yAxisTitle("share within this time (%)")
                .build();
        Look.apply(chart.getStyler());
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisDecimalPattern("0.####")
                .setYAxisMin(0.0)
                .setYAxisMax(100.0)
                .setYAxisTickMarkSpacingHint(70)
                .setYAxisDecimalPattern("0");
        nanos.forEach((candidate, figures) -> curve(chart, candidate, figures));
        return chart;
    }

    private static void curve(XYChart chart, String candidate, List<Double> figures) {
        double[] percents = percents();
        double[] millis = DoubleStream.of(percents)
                .map(percent -> Math.max(SHORTEST_MILLIS, Percentiles.of(figures, percent) / 1e6))
                .toArray();
        XYSeries series = chart.addSeries(candidate, millis, percents);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(chart.getSeriesMap().size() == 1 ? 3.2f : 1.8f));
    }

    /** Every second, and finer at the end, where the long waits are. */
    private static double[] percents() {
        return DoubleStream.concat(
                        IntStream.range(0, 48).mapToDouble(step -> step * 2),
                        IntStream.rangeClosed(0, 16).mapToDouble(step -> 96 + step / 4.0))
                .toArray();
    }
}
