package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One wait for a lock, as the log and other threads see it. */
final class LongWait implements AutoCloseable {

    private final LockRequest request;
    private final long intervalNanos;
    private final Supplier<@Nullable LockHolder> holder;
    private final Thread thread = Thread.currentThread();
    private volatile long start;
    private volatile long nextLine;
    private volatile boolean begun;

    LongWait(LockRequest request, Duration interval, Supplier<@Nullable LockHolder> holder) {
        this.request = request;
        this.intervalNanos = interval.toNanos();
        this.holder = holder;
    }

    /** Begins the wait, unless it has begun; {@link #close()} follows. */
    void begin() {
        if (!begun) {
            begun = true;
            start = System.nanoTime();
            nextLine = start + intervalNanos;
            LongWaits.add(this);
        }
    }

    @Override
    public void close() {
        if (begun) {
            LongWaits.remove(this);
        }
    }

    LockRequest request() {
        return request;
    }

    Path lockFile() {
        return request.lockFile();
    }

    /** Returns the name of the thread that asked for the lock. */
    String waiter() {
        return EngineThreads.nameOf(thread);
    }

    /** Returns the holder as this waiter sees it; may read the lock file. */
    @Nullable
    LockHolder holder() {
        return holder.get();
    }

    boolean isLogged() {
        return intervalNanos > 0;
    }

    long intervalNanos() {
        return intervalNanos;
    }

    long nanosWaited() {
        return System.nanoTime() - start;
    }

    long nanosToNextLine() {
        return nextLine - System.nanoTime();
    }

    void postponeLine(long now) {
        nextLine = now + intervalNanos;
    }
}
