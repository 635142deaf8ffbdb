package io.github.filelocked.sidecar;

import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The engine's own threads, so that it never blocks one that the JDK shares (I22): <em>one</em> watch for all timers,
 * whose tasks neither block nor call foreign code; and workers, one for each thing that may block for ever. All are
 * platform daemons that end after a second without work. They inherit nothing of the thread that happens to start them,
 * so they keep no application's class loader alive (I26).
 */
final class EngineThreads {

    private static final long IDLE_SECONDS = 1;

    /** The class of virtual threads, which only newer JDKs have. */
    private static final @Nullable Class<?> VIRTUAL = virtualThreads();

    private EngineThreads() {}

    /** Loaded at the first wait: a JVM whose locks are free never has a thread of ours. */
    private static final class Watch {
        static final ScheduledThreadPoolExecutor TIMERS = timers();

        private static ScheduledThreadPoolExecutor timers() {
            ScheduledThreadPoolExecutor timers =
                    new ScheduledThreadPoolExecutor(1, task -> daemon(task, "filelocked-watch"));
            timers.setRemoveOnCancelPolicy(true);
            timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
            timers.allowCoreThreadTimeOut(true);
            return timers;
        }
    }

    private static final class Workers {
        static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "filelocked-worker"));
    }

    /** Runs a task on the watch; it must not block, and must hand what may block to {@link #execute}. */
    static ScheduledFuture<?> schedule(Runnable task, long delayNanos) {
        return Watch.TIMERS.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Runs a task that may block on a worker.
     *
     * @throws OutOfMemoryError if the system has no thread left
     */
    static void execute(Runnable task) {
        Workers.POOL.execute(task);
    }

    /** Starts a task whose result may come late or never. */
    static <T> FutureTask<T> submit(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        execute(future);
        return future;
    }

    static boolean isVirtual(Thread thread) {
        return VIRTUAL != null && VIRTUAL.isInstance(thread);
    }

    /**
     * Calls a short task that works on files: here, or on a worker if this is a virtual thread, because a blocked file
     * system would otherwise block its carrier. An interrupt does not end it, and its flag is kept.
     */
    static <T> T onPlatformThread(FileWork<T> work) throws IOException {
        if (!isVirtual(Thread.currentThread())) {
            return work.call();
        }
        FutureTask<T> future = submit(work::call);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            throw rethrown(failed.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Throws a worker's failure in this thread. */
    static IOException rethrown(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof IOException checked ? checked : new IOException(failure);
    }

    /** Returns the thread's name, or one made of its number: most virtual threads have none. */
    static String nameOf(Thread thread) {
        String name = thread.getName();
        return name.isEmpty() ? "unnamed thread " + thread.getId() : name;
    }

    /** Work on files. */
    @FunctionalInterface
    interface FileWork<T> {
        T call() throws IOException;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = withoutCallersContext(() -> new Thread(systemGroup(), task, name, 0, false));
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /** A thread keeps the access context of its creator, and with it every class loader on the creator's stack. */
    @SuppressWarnings("removal") // JDK 17 still has access contexts; on newer ones the call does nothing.
    private static Thread withoutCallersContext(PrivilegedAction<Thread> creation) {
        return AccessController.doPrivileged(creation);
    }

    private static ThreadGroup systemGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    private static @Nullable Class<?> virtualThreads() {
        try {
            return Class.forName("java.lang.BaseVirtualThread", false, null);
        } catch (ClassNotFoundException olderJdk) {
            return null;
        }
    }
}
