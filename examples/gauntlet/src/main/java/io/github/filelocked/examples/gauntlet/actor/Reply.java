package io.github.filelocked.examples.gauntlet.actor;

import java.time.Duration;

/**
 * The answer of an actor that has done, or failed to do, what it was told.
 *
 * @param at when that was, by the clock that all processes share
 * @param took how long it took
 * @param exception the simple name of what was thrown, or empty
 * @param message its message on one line, or empty
 */
public record Reply(Kind kind, long at, Duration took, String exception, String message) {

    private static final String SEPARATOR = "\t";

    /** The outcome. */
    public enum Kind {
        DONE,
        /** It gave up without a word. */
        BUSY,
        THREW,
        /** It said nothing in time. */
        SILENT
    }

    static Reply now(Kind kind, long start) {
        return now(kind, start, "", "");
    }

    static Reply threw(Throwable failure, long start) {
        String message = String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
        return now(Kind.THREW, start, failure.getClass().getSimpleName(), message);
    }

    private static Reply now(Kind kind, long start, String exception, String message) {
        long now = System.nanoTime();
        return new Reply(kind, now, Duration.ofNanos(now - start), exception, message);
    }

    /** Returns the time since a moment, by {@link System#nanoTime()}. */
    public Duration after(long moment) {
        return Duration.ofNanos(at - moment);
    }

    /** For an acquisition: whether the actor is inside. */
    public boolean isDone() {
        return kind == Kind.DONE;
    }

    public boolean hasThrown() {
        return kind == Kind.THREW;
    }

    public boolean isSilent() {
        return kind == Kind.SILENT;
    }

    String toLine() {
        return String.join(
                SEPARATOR, kind.name(), String.valueOf(at), String.valueOf(took.toNanos()), exception, message);
    }

    static Reply parse(String line) {
        String[] parts = line.split(SEPARATOR, 5);
        return new Reply(
                Kind.valueOf(parts[0]),
                Long.parseLong(parts[1]),
                Duration.ofNanos(Long.parseLong(parts[2])),
                parts[3],
                parts[4]);
    }
}
