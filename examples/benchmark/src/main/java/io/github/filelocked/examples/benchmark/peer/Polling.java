package io.github.filelocked.examples.benchmark.peer;

import java.time.Duration;
import java.util.Optional;

/** For locks that cannot wait: tries, sleeps, and tries again. */
record Polling(Duration interval, Attempt attempt) implements Peer {

    /** One attempt that does not wait. */
    @FunctionalInterface
    interface Attempt {

        Optional<Hold> tryAcquire() throws Exception;
    }

    @Override
    public Hold acquire() throws Exception {
        Optional<Hold> hold = attempt.tryAcquire();
        while (hold.isEmpty()) {
            Thread.sleep(interval.toMillis());
            hold = attempt.tryAcquire();
        }
        return hold.get();
    }
}
