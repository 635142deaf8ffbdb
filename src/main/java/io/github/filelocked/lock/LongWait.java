package io.github.filelocked.lock;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says from time to time that a thread still waits, and for whom, while that thread keeps its place in the queue. The
 * JDK's timer thread only gives the signal; the line is written in the common pool.
 */
final class LongWait implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Those that go on now, for whoever asks from outside. */
    static final Set<LongWait> OPEN = ConcurrentHashMap.newKeySet();

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
        OPEN.add(this);
        schedule();
    }

    /**
     * Who is waited for, as far as any waiter of this JVM sees it: of several for one sidecar, the first in line alone looks
     * at the record. The read is a new thread's, whom nobody can interrupt: that would close the waiter's channel.
     */
    static Optional<LockHolder> holder(LockRequest awaited) {
        return CompletableFuture.supplyAsync(() -> ask(awaited.lockFile()), LongWait::startDaemon)
                .completeOnTimeout(Optional.empty(), PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    private static Optional<LockHolder> ask(Path lockFile) {
        return OPEN.stream()
                .filter(wait -> wait.request.lockFile().equals(lockFile))
                .map(LongWait::current)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static void startDaemon(Runnable task) {
        Thread thread = new Thread(task, "filelocked-who-holds");
        thread.setDaemon(true);
        thread.start();
    }

    /** Under the monitor, since afterwards the channel may be a holder's. */
    private synchronized Optional<LockHolder> current() {
        return closed ? Optional.empty() : Optional.ofNullable(holderUninterrupted());
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
        OPEN.remove(this);
        CompletableFuture<@Nullable Void> tick = next;
        if (tick != null) {
            tick.cancel(false);
        }
    }
}
