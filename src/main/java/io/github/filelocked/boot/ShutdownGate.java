package io.github.filelocked.boot;

import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The gate that all acquisitions of a context pass. Once closed, it admits no acquisition and turns waiters away at
 * once; who is inside finishes, and may acquire more for that.
 *
 * <p>Inside is a thread that runs an annotated method's body, or a task that the body has carried to it, or that has
 * acquired something without an annotation. Where a lock was handed over in another way, as to the operators of a
 * publisher, the thread cannot be recognised, and a further lock is refused to it.
 *
 * <p><b>Thread safety.</b> To interrupt a waiter is one step under the monitor, and for a waiter to leave is another:
 * so an interrupt of ours ends a wait, and never reaches what the thread does next.
 */
final class ShutdownGate implements AutoCloseable {

    private boolean closed;
    private final Set<Passage> waiting = new HashSet<>();
    private final Set<GatedGrant> held = new HashSet<>();
    private @Nullable Runnable whenIdle;

    /** Returns a provider whose acquisitions pass this gate. */
    LockProvider before(LockProvider provider) {
        return new LockProvider() {
            @Override
            public Grant acquire(LockRequest request) {
                return pass(provider, request);
            }

            @Override
            public Optional<LockHolder> currentHolder(LockRequest request) {
                return provider.currentHolder(request);
            }

            @Override
            public CompletableFuture<Grant> acquireAsync(LockRequest request) {
                return passLater(provider, request);
            }

            @Override
            public Optional<LockHolder> holder(LockRequest awaited) {
                return provider.holder(awaited);
            }
        };
    }

    synchronized void open() {
        closed = false;
        whenIdle = null;
    }

    /** Returns at once, whatever is held. */
    @Override
    public void close() {
        List<CompletableFuture<?>> pending;
        synchronized (this) {
            closed = true;
            waiting.forEach(Passage::turnAway);
            pending = waiting.stream()
                    .map(passage -> passage.pending)
                    .<CompletableFuture<?>>mapMulti((future, sink) -> {
                        if (future != null) {
                            sink.accept(future);
                        }
                    })
                    .toList();
        }
        // Not under the monitor, since the callers' callbacks run in here.
        pending.forEach(future -> future.cancel(true));
    }

    /** Runs a task as soon as nothing is held, which may be now. */
    void whenIdle(Runnable task) {
        synchronized (this) {
            whenIdle = task;
        }
        runIfIdle();
    }

    /** Returns what is held now, for a log. */
    synchronized List<String> held() {
        return held.stream()
                .map(grant -> grant.request)
                .map(request ->
                        request.resource() + (request.operation().isEmpty() ? "" : " for " + request.operation()))
                .toList();
    }

    private LockProvider.Grant pass(LockProvider provider, LockRequest request) {
        Passage passage = enter(request, true);
        try {
            return keep(passage, provider.acquire(request));
        } catch (RuntimeException failure) {
            throw leave(passage) && !(failure instanceof LockNotAcquiredException)
                    ? refusal(request, failure instanceof LockInterruptedException ? null : failure)
                    : failure;
        } finally {
            boolean unused = leave(passage);
            runIfIdle();
        }
    }

    /** Passes an acquisition without a thread, which is cancelled instead of interrupted. */
    private CompletableFuture<LockProvider.Grant> passLater(LockProvider provider, LockRequest request) {
        Passage passage;
        CompletableFuture<LockProvider.Grant> acquired;
        try {
            passage = enter(request, false);
            acquired = provider.acquireAsync(request);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
        CompletableFuture<LockProvider.Grant> result = new CompletableFuture<>();
        CompletableFuture<?> unused =
                acquired.whenComplete((grant, failure) -> arrive(passage, grant, failure, result));
        CompletableFuture<?> unusedToo = result.whenComplete((grant, failure) -> {
            if (result.isCancelled()) {
                acquired.cancel(true);
            }
        });
        if (isTurnedAway(passage, acquired)) {
            acquired.cancel(true);
        }
        return result;
    }

    private synchronized boolean isTurnedAway(Passage passage, CompletableFuture<?> pending) {
        passage.pending = pending;
        return passage.turnedAway;
    }

    private void arrive(
            Passage passage,
            LockProvider.@Nullable Grant grant,
            @Nullable Throwable failure,
            CompletableFuture<LockProvider.Grant> result) {
        try {
            if (grant != null) {
                LockProvider.Grant kept = keep(passage, grant);
                if (!result.complete(kept)) {
                    kept.release(); // The caller has cancelled meanwhile.
                }
            } else {
                result.completeExceptionally(
                        failure instanceof CancellationException && hasTurnedAway(passage)
                                ? refusal(passage.request, null)
                                : failure);
            }
        } catch (RuntimeException refusal) {
            result.completeExceptionally(refusal);
        } finally {
            boolean unused = leave(passage);
            runIfIdle();
        }
    }

    private synchronized boolean hasTurnedAway(Passage passage) {
        return passage.turnedAway;
    }

    private synchronized Passage enter(LockRequest request, boolean waitsHere) {
        Passage passage = new Passage(request, waitsHere ? Thread.currentThread() : null);
        if (!isInside(request)) {
            if (closed) {
                throw refusal(request, null);
            }
            waiting.add(passage);
        }
        return passage;
    }

    private boolean isInside(LockRequest request) {
        return LockedPath.find().isPresent() || held.stream().anyMatch(grant -> grant.hasThisThreadInside(request));
    }

    /** Ends a wait, if it has not ended; an interrupt of ours goes no further. Returns whether there was one. */
    private synchronized boolean leave(Passage passage) {
        boolean interrupted = waiting.remove(passage) && passage.interrupted;
        if (interrupted) {
            boolean unused = Thread.interrupted();
        }
        return interrupted;
    }

    /** Keeps a grant, or gives it back if its thread was turned away just before it succeeded. */
    private LockProvider.Grant keep(Passage passage, LockProvider.Grant grant) {
        synchronized (this) {
            boolean unused = leave(passage);
            if (!passage.turnedAway) {
                GatedGrant gated = new GatedGrant(grant, passage.request, passage.thread);
                held.add(gated);
                return gated;
            }
        }
        LockRefusedException refusal = refusal(passage.request, null);
        try {
            grant.release();
        } catch (RuntimeException failure) {
            refusal.addSuppressed(failure);
        }
        throw refusal;
    }

    private void runIfIdle() {
        Runnable task = null;
        synchronized (this) {
            if (held.isEmpty() && waiting.isEmpty()) {
                task = whenIdle;
                whenIdle = null;
            }
        }
        if (task != null) {
            task.run();
        }
    }

    private static LockRefusedException refusal(LockRequest request, @Nullable RuntimeException cause) {
        return new LockRefusedException(
                Reason.SHUTTING_DOWN,
                "the application is shutting down, so " + request.resource() + " is not locked any more"
                        + (request.operation().isEmpty() ? "" : " for " + request.operation())
                        + "; nothing is held, and nothing was run",
                cause);
    }

    /** One thread's way through the gate. */
    private static final class Passage {

        private final LockRequest request;
        /** Null for an acquisition without a thread. */
        private final @Nullable Thread thread;

        private @Nullable CompletableFuture<?> pending;
        private boolean turnedAway;
        private boolean interrupted;

        Passage(LockRequest request, @Nullable Thread thread) {
            this.request = request;
            this.thread = thread;
        }

        /**
         * Turns a waiting thread away; a thread interrupted by someone else leaves through that interrupt, and its flag
         * stays set.
         */
        void turnAway() {
            if (thread != null && !turnedAway && !thread.isInterrupted()) {
                interrupted = true;
                thread.interrupt();
            }
            turnedAway = true;
        }
    }

    private final class GatedGrant implements LockProvider.Grant {

        private final LockProvider.Grant grant;
        private final LockRequest request;
        private @Nullable Thread owner;

        GatedGrant(LockProvider.Grant grant, LockRequest request, @Nullable Thread owner) {
            this.grant = grant;
            this.request = request;
            this.owner = owner;
        }

        /** Of an annotation with several paths the first ones are held without anything being run yet. */
        boolean hasThisThreadInside(LockRequest next) {
            LockOrigin origin = next.origin();
            boolean sameAnnotation = !origin.expression().isEmpty() && origin.equals(request.origin());
            return Thread.currentThread().equals(owner) && !sameAnnotation;
        }

        @Override
        public void release() {
            try {
                grant.release();
            } finally {
                synchronized (ShutdownGate.this) {
                    held.remove(this);
                }
                runIfIdle();
            }
        }

        @Override
        public void detach() {
            grant.detach();
            synchronized (ShutdownGate.this) {
                owner = null;
            }
        }

        @Override
        public void attach() {
            grant.attach();
            synchronized (ShutdownGate.this) {
                owner = Thread.currentThread();
            }
        }

        @Override
        public void ensureValid() {
            grant.ensureValid();
        }

        @Override
        public boolean isValid() {
            return grant.isValid();
        }
    }
}
