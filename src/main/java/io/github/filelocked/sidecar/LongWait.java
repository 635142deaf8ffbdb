package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockRequest;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says from time to time that a thread still waits, and for whom, while that thread keeps its place in the queue.
 *
 * <p>Most waits are short, and a timer for each would take as long to set and to stop as all the rest of a hand-over. So
 * there is one look at all of them, every second as long as anyone waits. The JDK's timer thread looks; the lines are
 * written in the common pool.
 */
final class LongWait implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Those that go on now, for whoever asks from outside. */
    static final Set<LongWait> OPEN = ConcurrentHashMap.newKeySet();

    /** Whether the next look is due some time. */
    private static final AtomicBoolean WATCHED = new AtomicBoolean();

    private final LockRequest request;
    private final long intervalNanos;
    private final String waiter = Thread.currentThread().getName();
    private final long start = System.nanoTime();
    private volatile Supplier<@Nullable LockHolder> holder;
    private volatile long nextLine;
    private volatile CompletableFuture<?> line = CompletableFuture.completedFuture(null);
    private volatile boolean closed;

    LongWait(LockRequest request, Duration interval, Supplier<@Nullable LockHolder> holder) {
        this.request = request;
        this.intervalNanos = interval.toNanos();
        this.holder = holder;
        this.nextLine = start + intervalNanos;
    }

    /** To be called where a failure is followed by {@link #close()}: nobody must seem to wait who does not. */
    void begin() {
        OPEN.add(this);
        if (isLogged()) {
            watch();
        }
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

    private boolean isLogged() {
        return intervalNanos > 0;
    }

    /** Has the next look come, unless it comes anyway. */
    private static void watch() {
        if (WATCHED.compareAndSet(false, true)) {
            boolean set = false;
            try {
                long pause = logged().mapToLong(LongWait::nanosToNextLine).reduce(LOOK_NANOS, Math::min);
                CompletableFuture<?> unused = new CompletableFuture<@Nullable Void>()
                        .completeOnTimeout(null, Math.max(pause, SHORTEST_LOOK_NANOS), TimeUnit.NANOSECONDS)
                        .thenRun(LongWait::look);
                set = true;
            } finally {
                if (!set) { // No thread for the timer, or no stack left: the next one who waits tries again.
                    WATCHED.set(false);
                }
            }
        }
    }

    private static void look() {
        WATCHED.set(false);
        logged().filter(wait -> wait.nanosToNextLine() <= 0).forEach(LongWait::reportAside);
        if (logged().findAny().isPresent()) {
            watch();
        }
    }

    /** Not again while the last time goes on: the record may be on a file system that hangs. */
    private void reportAside() {
        nextLine = System.nanoTime() + intervalNanos;
        if (line.isDone()) {
            line = CompletableFuture.runAsync(this::report);
        }
    }

    private static Stream<LongWait> logged() {
        return OPEN.stream().filter(LongWait::isLogged);
    }

    private long nanosToNextLine() {
        return nextLine - System.nanoTime();
    }

    /** Writes the line, unless the wait is over. */
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
    }

    @Override
    public synchronized void close() {
        closed = true;
        OPEN.remove(this);
    }
}
