package io.github.filelocked.examples.benchmark.plot;

import io.github.filelocked.examples.benchmark.measure.Percentiles;
import io.github.filelocked.examples.benchmark.report.Unit;
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
 * How many of all were done within which time, a curve for each candidate: the further to the left, the faster, and the
 * steeper, the more even.
 *
 * @param figures the candidates' times in nanoseconds
 */
public record CumulativePlot(String name, String title, String of, Map<String, List<Double>> figures) implements Plot {

    private static final double SHORTEST = 1_000;

    @Override
    public XYChart draw() {
        XYChart chart = new XYChartBuilder()
                .width(Look.WIDTH)
                .height(Look.HEIGHT)
                .title(title)
                .xAxisTitle(of + " (logarithmic)")
                .yAxisTitle("within this time (%)")
                .build();
        Look.apply(chart.getStyler());
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setxAxisTickLabelsFormattingFunction(Unit::label)
                .setYAxisMin(0.0)
                .setYAxisMax(100.0)
                .setYAxisDecimalPattern("0");
        figures.forEach((candidate, nanos) -> curve(chart, candidate, nanos));
        return chart;
    }

    private static void curve(XYChart chart, String candidate, List<Double> nanos) {
        double[] percents =
                IntStream.rangeClosed(0, 200).mapToDouble(step -> step / 2.0).toArray();
        double[] times = DoubleStream.of(percents)
                .map(percent -> Math.max(SHORTEST, Percentiles.of(nanos, percent)))
                .toArray();
        XYSeries series = chart.addSeries(candidate, times, percents);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(chart.getSeriesMap().size() == 1 ? 3 : 1.6f));
    }
}
