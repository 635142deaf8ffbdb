package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.report.Unit;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** A time of random length between two bounds, in which a process holds a lock, or does without it. */
public record Pause(Duration shortest, Duration longest) {

    /** One duration, or two with a dash between: {@code PT0.005S-PT0.1S}. */
    public static Pause parse(String text) {
        int dash = text.indexOf('-');
        Duration first = Duration.parse(dash < 0 ? text : text.substring(0, dash));
        Pause pause = new Pause(first, dash < 0 ? first : Duration.parse(text.substring(dash + 1)));
        if (first.isNegative() || pause.longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(text + " is no duration, nor one and a longer one");
        }
        return pause;
    }

    /** Sleeps. */
    void sleep() {
        long end = System.nanoTime() + random();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Uses the processor all the time, as work does; for pauses that are too short to sleep. */
    void work() {
        long end = System.nanoTime() + random();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private long random() {
        return ThreadLocalRandom.current().nextLong(shortest.toNanos(), longest.toNanos() + 1);
    }

    /** For people. */
    String inWords() {
        String from = Unit.label(shortest.toNanos());
        return shortest.equals(longest) ? from : from + " to " + Unit.label(longest.toNanos()) + ", at random";
    }

    /** As it is parsed. */
    @Override
    public String toString() {
        return shortest.equals(longest) ? shortest.toString() : shortest + "-" + longest;
    }
}
