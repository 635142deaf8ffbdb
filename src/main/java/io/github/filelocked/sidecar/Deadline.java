package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockRequest;
import java.time.Duration;
import java.util.Objects;

/** The end of a wait, on the monotonic clock. */
public final class Deadline {

    private static final long NEVER = Long.MAX_VALUE;

    private final long start = System.nanoTime();
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    public static Deadline in(Duration timeout) {
        return new Deadline(validated(timeout, "timeout").toNanos());
    }

    /**
     * Checks a duration of the API.
     *
     * @throws IllegalArgumentException if it is negative, or longer than the clock can count
     */
    public static Duration validated(Duration duration, String name) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: " + duration
                    + "; use Duration.ZERO for one attempt, FileLocks.NO_LIMIT to wait without limit");
        }
        if (duration.compareTo(LockRequest.NO_LIMIT) > 0) {
            throw new IllegalArgumentException(name + " is longer than the clock can count (292 years): " + duration
                    + "; use FileLocks.NO_LIMIT to wait without limit");
        }
        return duration;
    }

    /** Returns how much is left; zero when it has passed, and the whole range of a long when there is no limit. */
    public long remainingNanos() {
        return nanos == NEVER ? NEVER : Math.max(0, nanos - (System.nanoTime() - start));
    }

    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    public boolean isNever() {
        return nanos == NEVER;
    }

    public boolean hasPassed() {
        return remainingNanos() == 0;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
