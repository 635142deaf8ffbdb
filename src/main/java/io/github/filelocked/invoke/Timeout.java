package io.github.filelocked.invoke;

import io.github.filelocked.FileLocks;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The durations of an annotation. */
final class Timeout {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+) *(ns|us|ms|s|m|h|d)");

    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ns", ChronoUnit.NANOS,
            "us", ChronoUnit.MICROS,
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private Timeout() {}

    /**
     * Reads a timeout.
     *
     * @throws IllegalArgumentException if it is not one, with the cure in the message
     */
    static Duration parse(String text, Duration defaultTimeout) {
        String trimmed = text.strip();
        Duration duration = switch (trimmed) {
            case "" -> defaultTimeout;
            case "0" -> Duration.ZERO;
            case "-1" -> FileLocks.NO_LIMIT;
            default -> parseDuration(trimmed);
        };
        if (duration.isNegative() || duration.compareTo(FileLocks.NO_LIMIT) > 0) {
            throw unusable(text, duration.isNegative() ? "is negative" : "is longer than 292 years", null);
        }
        return duration;
    }

    private static Duration parseDuration(String text) {
        try {
            Matcher simple = NUMBER_AND_UNIT.matcher(text);
            return simple.matches()
                    ? Duration.of(Long.parseLong(simple.group(1)), UNITS.get(simple.group(2)))
                    : Duration.parse(text);
        } catch (DateTimeParseException notIso) {
            throw unusable(text, text.matches("[-+]?\\d+") ? "has no unit" : "is not a duration", notIso);
        } catch (ArithmeticException | NumberFormatException overflow) {
            throw unusable(text, "is longer than 292 years", overflow);
        }
    }

    private static IllegalArgumentException unusable(
            String text, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(
                "timeout \"" + text + "\" " + why
                        + "; write 500ms, 10s, 5m, 2h, 1d or PT1M30S, \"0\" for one attempt, \"-1\" to"
                        + " wait without limit, or nothing for the default",
                cause);
    }
}
