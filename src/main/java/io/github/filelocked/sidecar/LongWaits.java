package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.sidecar.diagnosis.Log;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * All waits that go on in this JVM, and the log of those that last long.
 *
 * <p>Most waits are short, and a timer for each would take as long as the rest of a hand-over. So there is one look at
 * all of them, once a second while a thread waits. All waiters for one lock file share a line, and a look writes a few
 * lines.
 */
final class LongWaits {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Waits that begin one after the other are due one after the other: a look is late for some, so that it sees more.
     */
    private static final int LOOKS_IN_AN_INTERVAL = 4;

    private static final long ANSWER_SECONDS = 1;
    private static final int LINES_AT_A_TIME = 5;

    private static final Set<LongWait> OPEN = ConcurrentHashMap.newKeySet();

    /** True if the next look is scheduled. */
    private static final AtomicBoolean WATCHED = new AtomicBoolean();

    /** The topics whose lines are being written, which may hang in a log handler or on a file system. */
    private static final Set<Topic> REPORTED = ConcurrentHashMap.newKeySet();

    private LongWaits() {}

    static void add(LongWait wait) {
        OPEN.add(wait);
        if (wait.isLogged()) {
            watch();
        }
    }

    static void remove(LongWait wait) {
        OPEN.remove(wait);
    }

    static boolean isEmpty() {
        return OPEN.isEmpty();
    }

    /**
     * Returns the holder that waiters of this JVM wait for, as far as one of them sees it; asks for a second at most.
     */
    static Optional<LockHolder> holder(Path lockFile) {
        FutureTask<Optional<LockHolder>> answer = EngineThreads.submit(() -> OPEN.stream()
                .filter(wait -> wait.lockFile().equals(lockFile))
                .flatMap(wait -> Optional.ofNullable(wait.holder()).stream())
                .findFirst());
        boolean interrupted = Thread.interrupted();
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException now) {
            interrupted = true;
            return Optional.empty();
        } catch (TimeoutException | ExecutionException unknown) {
            return Optional.empty();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void watch() {
        if (WATCHED.compareAndSet(false, true)) {
            boolean scheduled = false;
            try {
                long pause = LOOK_NANOS;
                long interval = LOOK_NANOS;
                for (LongWait wait : OPEN) {
                    if (wait.isLogged()) {
                        pause = Math.min(pause, wait.nanosToNextLine());
                        interval = Math.min(interval, wait.intervalNanos());
                    }
                }
                long shortest = Math.max(interval / LOOKS_IN_AN_INTERVAL, SHORTEST_LOOK_NANOS);
                ScheduledFuture<?> unused = EngineThreads.schedule(LongWaits::look, Math.max(pause, shortest));
                scheduled = true;
            } finally {
                if (!scheduled) { // No thread or memory left: the next waiter tries again.
                    WATCHED.set(false);
                }
            }
        }
    }

    private static void look() {
        WATCHED.set(false);
        Map<Topic, List<LongWait>> due = new HashMap<>();
        boolean awaited = false;
        for (LongWait wait : OPEN) {
            awaited |= wait.isLogged();
            if (wait.isLogged() && wait.nanosToNextLine() <= 0) {
                due.computeIfAbsent(Topic.of(wait), topic -> new ArrayList<>()).add(wait);
            }
        }
        if (!due.isEmpty()) {
            report(due);
        }
        if (awaited) {
            watch();
        }
    }

    /** Lets workers write the lines of the topics with most waits; what the others are about is counted. */
    private static void report(Map<Topic, List<LongWait>> due) {
        long now = System.nanoTime(); // One for all, so that those that are due together stay together.
        for (LongWait wait : OPEN) {
            if (due.containsKey(Topic.of(wait))) {
                wait.postponeLine(now);
            }
        }
        List<Map.Entry<Topic, List<LongWait>>> topics = due.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<Topic, List<LongWait>> entry) ->
                                entry.getValue().size())
                        .reversed())
                .toList();
        topics.stream().limit(LINES_AT_A_TIME).forEach(topic -> reportAside(topic.getKey()));
        if (topics.size() > LINES_AT_A_TIME) {
            List<Map.Entry<Topic, List<LongWait>>> rest = topics.subList(LINES_AT_A_TIME, topics.size());
            int waits = rest.stream().mapToInt(topic -> topic.getValue().size()).sum();
            aside(() ->
                    log("%d threads have waited long for the locks on %d more files".formatted(waits, rest.size())));
        }
    }

    /** Skips a topic whose last line is still being written: its lock file may be on a file system that hangs. */
    private static void reportAside(Topic topic) {
        if (REPORTED.add(topic)) {
            aside(() -> {
                try {
                    report(topic);
                } finally {
                    REPORTED.remove(topic);
                }
            });
        }
    }

    private static void aside(Runnable report) {
        try {
            EngineThreads.execute(report);
        } catch (OutOfMemoryError noThreadLeft) {
            // No line then: the machine has other troubles.
        }
    }

    /** Writes the line of a topic, unless its waits are over meanwhile. */
    static void report(Topic topic) {
        List<LongWait> waits =
                OPEN.stream().filter(wait -> Topic.of(wait).equals(topic)).toList();
        if (!waits.isEmpty()) {
            String line = line(waits);
            if (waits.stream().anyMatch(OPEN::contains)) {
                log(line);
            }
        }
    }

    /**
     * The topic of one line: the waits for a lock file that are reported equally often. Compares by itself, because
     * the JDK's own comparison of records keeps the record's class loader (JDK 17: a method handle of {@code
     * ObjectMethods}).
     */
    record Topic(Path lockFile, long intervalNanos) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Topic topic
                    && lockFile.equals(topic.lockFile)
                    && intervalNanos == topic.intervalNanos;
        }

        @Override
        public int hashCode() {
            return 31 * lockFile.hashCode() + Long.hashCode(intervalNanos);
        }

        static Topic of(LongWait wait) {
            return new Topic(wait.lockFile(), wait.intervalNanos());
        }
    }

    /** Returns the line of the waits for one lock file, which names the longest of them. */
    static String line(List<LongWait> waits) {
        LongWait longest = waits.get(0);
        LockHolder holder = null;
        for (LongWait wait : waits) {
            longest = wait.nanosWaited() > longest.nanosWaited() ? wait : longest;
            holder = holder != null ? holder : wait.holder();
        }
        String operation = longest.request().operation();
        return "thread \"%s\"%s waited %d s for the lock on %s (lock file %s)%s, held by %s"
                .formatted(
                        longest.waiter(),
                        waits.size() == 1 ? " has" : " and " + (waits.size() - 1) + " more have",
                        TimeUnit.NANOSECONDS.toSeconds(longest.nanosWaited()),
                        longest.request().resource(),
                        longest.lockFile(),
                        operation.isEmpty() ? "" : " for " + operation,
                        described(holder));
    }

    private static String described(@Nullable LockHolder holder) {
        return holder == null ? "an unknown holder" : holder.toString();
    }

    private static void log(String line) {
        Log.log(Level.WARNING, line, null);
    }
}
