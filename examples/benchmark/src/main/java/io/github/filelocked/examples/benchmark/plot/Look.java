package io.github.filelocked.examples.benchmark.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The common look of all pictures. They have a background of their own, and so can be read on a dark page as well. */
final class Look {

    static final int WIDTH = 860;
    static final int HEIGHT = 460;

    /** In the order of the peers: ours, the floor, the polling ones in one colour, the libraries, the processes. */
    private static final Color[] COLORS = {
        new Color(0xD55E00),
        new Color(0x0072B2),
        new Color(0x8CD0AE),
        new Color(0x2E9E6B),
        new Color(0x0F5F3E),
        new Color(0xD277AA),
        new Color(0x7F3C8D),
        new Color(0xE6A700),
        new Color(0x8C6D31),
        new Color(0x222222),
        new Color(0x8E8E8E)
    };

    private static final Color PAPER = new Color(0xFAFAF7);
    static final Color INK = new Color(0x222222);
    private static final Color GRID = new Color(0xDDDDD6);

    private Look() {}

    static void apply(AxesChartStyler styler) {
        styler.setLocale(Locale.ROOT);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setAxisTitleFont(font(Font.PLAIN, 13));
        styler.setAxisTickLabelsFont(font(Font.PLAIN, 12));
        styler.setAxisTickLabelsColor(INK);
        styler.setAxisTickMarksColor(INK);
        styler.setChartBackgroundColor(PAPER);
        styler.setPlotBackgroundColor(PAPER);
        styler.setPlotBorderVisible(false);
        styler.setChartFontColor(INK);
        styler.setChartTitleFont(font(Font.BOLD, 15));
        styler.setChartPadding(12);
        styler.setLegendFont(font(Font.PLAIN, 12));
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBackgroundColor(PAPER);
        styler.setLegendBorderColor(PAPER);
        styler.setSeriesColors(COLORS);
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
