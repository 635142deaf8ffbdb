package io.github.filelocked.lock;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that runs in a thread of its own, with a bounded wait for what comes of it. */
final class InThread<T> {

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Thread thread;

    private InThread(Callable<T> work) {
        thread = new Thread(() -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable failure) {
                outcome.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
    }

    static <T> InThread<T> start(Callable<T> work) {
        InThread<T> started = new InThread<>(work);
        started.thread.start();
        return started;
    }

    /** Runs it in another thread to its end. */
    static <T> T call(Callable<T> work) throws Exception {
        return start(work).result();
    }

    Thread thread() {
        return thread;
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** What the work returned, or throws what it threw. */
    T result() throws Exception {
        return result(Duration.ofSeconds(20));
    }

    /** As {@link #result()}, for work that may take longer. */
    T result(Duration patience) throws Exception {
        try {
            return outcome.get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw new AssertionError(failure.getCause());
        } catch (TimeoutException hung) {
            AssertionError failure = new AssertionError("still not done after " + patience + ": " + thread);
            failure.setStackTrace(thread.getStackTrace());
            throw failure;
        }
    }
}
