package io.github.filelocked.verify;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Increments the counter under the lock as often as it can, and records each hold. */
final class Hammer {

    /** Bounds what is kept in memory; a fast machine is through with them before its time. */
    private static final int MAX_HOLDS = 100_000;

    private final FileLocks locks;
    private final Path counter;
    private final Duration patience;
    private final List<String> holds = new ArrayList<>();

    Hammer(FileLocks locks, Path counter, Duration patience) {
        this.locks = locks;
        this.counter = counter;
        this.patience = patience;
    }

    void hammer(Duration length) throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < length.toNanos() && holds.size() < MAX_HOLDS) {
            long asked = System.nanoTime();
            try (HeldLock lock = locks.acquire(counter, patience)) {
                long entered = System.nanoTime();
                Counter.increment(lock.path());
                holds.add(Hold.line(asked, entered, System.nanoTime()));
            }
        }
    }

    void eachHold(Consumer<String> consumer) {
        holds.forEach(consumer);
    }
}
