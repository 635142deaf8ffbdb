package io.github.filelocked.examples.benchmark.report;

import java.util.Locale;

/** A target beside what was reached. */
public record Verdict(String figure, String target, String reached, boolean met) {

    public static Verdict atMost(String figure, double limit, double reached, Unit unit) {
        return new Verdict(figure, "at most " + unit.format(limit), unit.format(reached), reached <= limit);
    }

    public static Verdict atLeast(String figure, double limit, double reached, Unit unit) {
        return new Verdict(figure, "at least " + unit.format(limit), unit.format(reached), reached >= limit);
    }

    public String answer() {
        return met ? "yes" : "no";
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %s, target %s: %s", figure, reached, target, answer());
    }
}
