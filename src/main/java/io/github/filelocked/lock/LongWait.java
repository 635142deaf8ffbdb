package io.github.filelocked.lock;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says from time to time that a thread still waits, and for whom, while that thread keeps its place in the queue. The
 * JDK's timer thread only gives the signal; the line is written in the common pool.
 */
final class LongWait implements AutoCloseable {

    private final LockRequest request;
    private final long intervalNanos;
    private final String waiter = Thread.currentThread().getName();
    private final long start = System.nanoTime();
    private volatile Supplier<@Nullable LockHolder> holder;
    private volatile @Nullable CompletableFuture<@Nullable Void> next;
    private volatile boolean closed;

    LongWait(LockRequest request, Duration interval, Supplier<@Nullable LockHolder> holder) {
        this.request = request;
        this.intervalNanos = interval.toNanos();
        this.holder = holder;
        schedule();
    }

    /** From where the holder's name is to be had from now on; nobody still asks the former source afterwards. */
    synchronized void isFor(Supplier<@Nullable LockHolder> newHolder) {
        this.holder = newHolder;
    }

    /** A task of the common pool may inherit an interrupt, and that would have the read close the waiter's channel. */
    private @Nullable LockHolder holderUninterrupted() {
        boolean interrupted = Thread.interrupted();
        try {
            return holder.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void schedule() {
        if (intervalNanos == 0) {
            return;
        }
        CompletableFuture<@Nullable Void> tick = new CompletableFuture<>();
        next = tick;
        // An early completion takes the signal out of the timer as well, which a delayed executor would not.
        CompletableFuture<?> unused = tick.completeOnTimeout(null, intervalNanos, TimeUnit.NANOSECONDS)
                .thenRunAsync(this::report);
        if (closed) {
            tick.cancel(false);
        }
    }

    /** Writes the line, unless the wait is over, and has the next one written. */
    void report() {
        LockHolder current;
        synchronized (this) {
            if (closed) {
                return;
            }
            current = holderUninterrupted();
        }
        Log.log(
                Level.WARNING,
                "thread \"%s\" has waited %d s for the lock on %s (lock file %s)%s, held by %s"
                        .formatted(
                                waiter,
                                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                                request.resource(),
                                request.lockFile(),
                                request.operation().isEmpty() ? "" : " for " + request.operation(),
                                current == null ? "an unknown holder" : current),
                null);
        schedule();
    }

    @Override
    public synchronized void close() {
        closed = true;
        CompletableFuture<@Nullable Void> tick = next;
        if (tick != null) {
            tick.cancel(false);
        }
    }
}
