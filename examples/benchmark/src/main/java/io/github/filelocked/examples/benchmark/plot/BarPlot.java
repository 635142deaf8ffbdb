package io.github.filelocked.examples.benchmark.plot;

import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/**
 * A bar for each candidate.
 *
 * @param micros the candidates' times in microseconds
 */
public record BarPlot(String name, String title, Map<String, Double> micros) implements Plot {

    @Override
    public CategoryChart draw() {
        CategoryChart chart = new CategoryChartBuilder()
                .width(Look.WIDTH)
                .height(Look.HEIGHT)
                .title(title)
                .xAxisTitle("")
                .yAxisTitle("median time (us)")
                .build();
        Look.apply(chart.getStyler());
        chart.getStyler()
                .setLabelsVisible(true)
                .setLabelsPosition(0.5)
                .setLabelsFont(Look.font(Font.BOLD, 13))
                .setLabelsFontColorAutomaticEnabled(false)
                .setLabelsFontColor(Look.INK)
                .setAvailableSpaceFill(0.6)
                .setPlotGridVerticalLinesVisible(false)
                .setYAxisMin(0.0)
                .setYAxisDecimalPattern("0.##")
                .setLegendVisible(false);
        chart.addSeries("median", List.copyOf(micros.keySet()), new ArrayList<>(micros.values()));
        return chart;
    }
}
