package io.github.filelocked.examples.benchmark.contest;

import java.util.ArrayList;
import java.util.List;

/** When those came who have entered, in the order of their entering. */
final class Arrivals {

    /**
     * A thread may lose the processor between looking at the clock and joining the line, so less than this is no proof.
     */
    static final long DOUBTFUL_NANOS = 2_000_000;

    private final List<Long> arrivals = new ArrayList<>();
    private long longestWait;

    void enter(long arrived) {
        arrivals.add(arrived);
        longestWait = Math.max(longestWait, System.nanoTime() - arrived);
    }

    int count() {
        return arrivals.size();
    }

    long longestWait() {
        return longestWait;
    }

    /** Returns the number that entered before another that had come clearly earlier. */
    int overtakings() {
        int overtakings = 0;
        long earliestLater = Long.MAX_VALUE;
        for (int i = arrivals.size() - 1; i >= 0; i--) {
            long arrived = arrivals.get(i);
            if (earliestLater < arrived - DOUBTFUL_NANOS) {
                overtakings++;
            }
            earliestLater = Math.min(earliestLater, arrived);
        }
        return overtakings;
    }
}
