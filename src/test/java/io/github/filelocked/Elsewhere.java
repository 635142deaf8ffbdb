package io.github.filelocked;

import io.github.filelocked.lock.FileLocks;
import io.github.filelocked.lock.HeldLock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** What another thread does and sees, since the thread of the test may own the lock already. */
public final class Elsewhere {

    private Elsewhere() {}

    /** Runs a task on a thread of its own, to its end. */
    public static <T> T call(Callable<T> task) throws Exception {
        FutureTask<T> running = new FutureTask<>(task);
        Thread thread = new Thread(running, "elsewhere");
        thread.setDaemon(true);
        thread.start();
        return running.get(20, TimeUnit.SECONDS);
    }

    /** Whether a thread that owns nothing gets the lock at once. */
    public static boolean isFree(Path file) throws Exception {
        return call(() -> {
            Optional<HeldLock> lock = FileLocks.create().tryAcquire(file);
            lock.ifPresent(HeldLock::close);
            return lock.isPresent();
        });
    }

    /** Holds a lock on another thread until it is closed. */
    static Holder hold(Path file) throws Exception {
        HeldLock lock = call(() -> FileLocks.create().acquire(file));
        return lock::close;
    }

    /** Starts a task on a thread of its own, without waiting for its end. */
    static <T> CompletableFuture<T> start(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "elsewhere");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    @FunctionalInterface
    interface Holder extends AutoCloseable {
        @Override
        void close();
    }
}
