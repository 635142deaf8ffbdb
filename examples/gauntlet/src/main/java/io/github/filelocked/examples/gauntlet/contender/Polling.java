package io.github.filelocked.examples.gauntlet.contender;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** For locks that cannot wait: tries, sleeps, and tries again until the limit. */
record Polling(Attempt attempt) implements Contender {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    /** One attempt that does not wait. */
    @FunctionalInterface
    interface Attempt {

        Optional<Hold> tryAcquire(Path resource) throws Exception;
    }

    @Override
    public Optional<Hold> acquire(Path resource, Duration limit) throws Exception {
        long start = System.nanoTime();
        Optional<Hold> hold = attempt.tryAcquire(resource);
        while (hold.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
            Thread.sleep(INTERVAL.toMillis());
            hold = attempt.tryAcquire(resource);
        }
        return hold;
    }
}
