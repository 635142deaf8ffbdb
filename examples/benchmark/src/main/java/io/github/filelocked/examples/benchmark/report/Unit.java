package io.github.filelocked.examples.benchmark.report;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** The form of a figure: with its unit, and with as many digits as it deserves. */
public enum Unit {
    NANOS(Unit::time),
    RATIO(ratio -> digits(ratio) + " x"),
    PER_SECOND(rate -> String.format(Locale.ROOT, "%,.0f /s", rate)),
    BYTES(bytes -> String.format(Locale.ROOT, "%,.0f B", bytes)),
    PERCENT(percent -> digits(percent) + " %"),
    NUMBER(Unit::digits),
    COUNT(count -> String.format(Locale.ROOT, "%,.0f", count));

    private final DoubleFunction<String> format;

    Unit(DoubleFunction<String> format) {
        this.format = format;
    }

    public String format(double figure) {
        return format.apply(figure);
    }

    /** A round time, as it is set rather than measured. */
    public static String label(double nanos) {
        return time(nanos).replaceFirst("\\.0+(?= )", "");
    }

    private static String time(double nanos) {
        double size = Math.abs(nanos);
        if (size < 1e3) {
            return digits(nanos) + " ns";
        }
        if (size < 1e6) {
            return digits(nanos / 1e3) + " us";
        }
        return size < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
    }

    private static String digits(double figure) {
        double size = Math.abs(figure);
        int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%,." + decimals + "f", figure);
    }
}
