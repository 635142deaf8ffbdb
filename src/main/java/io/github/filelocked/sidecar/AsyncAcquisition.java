package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockProvider.Grant;
import io.github.filelocked.lock.LockRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Drives an acquisition without a thread of its own while it waits in the line of its JVM, and with a worker while it
 * works on files or waits in the kernel. A cancelled future ends the acquisition.
 */
final class AsyncAcquisition implements Runnable {

    private final LockRequest request;
    private final Sidecar sidecar;
    private final Acquisition acquisition;
    private final CompletableFuture<Grant> result = new CompletableFuture<>();

    /** The number of wakes that no run has seen yet; a run goes on until there is none. */
    private final AtomicInteger wakes = new AtomicInteger();

    private volatile @Nullable ScheduledFuture<?> timer;
    private volatile boolean ended;

    private AsyncAcquisition(
            LockRequest request,
            @Nullable Thread caller,
            Sidecar sidecar,
            SidecarLockProvider.Options options,
            SidecarLockProvider.Places places) {
        this.request = request;
        this.sidecar = sidecar;
        this.acquisition = new Acquisition(request, null, caller, this::wake, sidecar, options, places);
    }

    /**
     * Starts an acquisition whose hold belongs to no thread. The future completes on a worker, or on this thread.
     *
     * @param caller the thread that may hold the file already, under another path, or null
     */
    static CompletableFuture<Grant> start(
            LockRequest request,
            @Nullable Thread caller,
            Sidecar sidecar,
            SidecarLockProvider.Options options,
            SidecarLockProvider.Places places) {
        AsyncAcquisition async = new AsyncAcquisition(request, caller, sidecar, options, places);
        async.wakes.incrementAndGet(); // Those that come now are seen by the first run.
        try {
            CompletableFuture<?> unused = async.result.whenComplete((grant, failure) -> {
                if (async.result.isCancelled()) {
                    async.cancelled();
                }
            });
            if (async.acquisition.takesTurn() || async.acquisition.mayHoldAlias()) {
                EngineThreads.execute(async);
            } else {
                async.awaitWake();
                if (async.wakes.decrementAndGet() > 0) {
                    EngineThreads.execute(async);
                }
            }
        } catch (RuntimeException | Error failure) {
            async.fail(failure);
        }
        return async.result;
    }

    /**
     * Ends the acquisition here if it waits in the line, so that thousands that are cancelled at once need no worker.
     */
    private void cancelled() {
        acquisition.cancel();
        if (wakes.getAndIncrement() == 0) {
            end();
        } // Otherwise a run goes on, and sees the cancellation.
    }

    private void awaitWake() {
        long nanos = acquisition.patienceNanos();
        if (nanos != Long.MAX_VALUE) {
            timer = EngineThreads.schedule(this::wake, nanos);
        }
    }

    /** Runs on the watch and in other threads' releases, so it only starts a worker. */
    private void wake() {
        if (wakes.getAndIncrement() == 0) {
            try {
                EngineThreads.execute(this);
            } catch (RuntimeException | Error noThreadLeft) {
                fail(noThreadLeft);
            }
        }
    }

    @Override
    public void run() {
        int seen;
        do {
            seen = wakes.get();
            if (!ended) {
                step();
            }
        } while (wakes.addAndGet(-seen) > 0);
    }

    private void step() {
        cancelTimer();
        try {
            Grant grant = result.isDone() ? null : acquisition.advance();
            if (grant != null) {
                end();
                if (!result.complete(grant)) { // Cancelled just now.
                    grant.release();
                }
            } else if (result.isDone()) {
                end();
            } else if (acquisition.isOver()) {
                fail(acquisition.busy());
            } else {
                awaitWake();
            }
        } catch (IOException failure) {
            fail(sidecar.refusal(request.target(), failure));
        } catch (InterruptedException impossible) {
            fail(new LockInterruptedException(request.resource())); // No other code has a reference to a worker.
        } catch (RuntimeException | Error failure) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        end();
        result.completeExceptionally(failure);
    }

    private void cancelTimer() {
        ScheduledFuture<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            cancelTimer();
            acquisition.end();
        }
    }
}
