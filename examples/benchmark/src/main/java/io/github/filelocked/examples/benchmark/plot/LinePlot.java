package io.github.filelocked.examples.benchmark.plot;

import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A cost that depends on a number, a line for each candidate.
 *
 * @param at the numbers
 * @param micros the candidates' times in microseconds, for each number
 */
public record LinePlot(String name, String title, String number, List<Double> at, Map<String, List<Double>> micros)
        implements Plot {

    @Override
    public XYChart draw() {
        XYChart chart = new XYChartBuilder()
                .width(Look.WIDTH)
                .height(Look.HEIGHT)
                .title(title)
                .xAxisTitle(number + " (logarithmic)")
                .yAxisTitle("median time (us)")
                .build();
        Look.apply(chart.getStyler());
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisDecimalPattern("#,##0")
                .setYAxisMin(0.0)
                .setYAxisDecimalPattern("0.##");
        micros.forEach(
                (candidate, times) -> chart.addSeries(candidate, at, times).setMarker(SeriesMarkers.CIRCLE));
        return chart;
    }
}
