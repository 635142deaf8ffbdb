package io.github.filelocked;

import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.Deadline;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Acquires several locks one after the other, all or none, while no thread waits for them. */
final class AsyncLocks<T> {

    private final FileLocks locks;
    private final List<LockTarget> targets;
    private final Deadline deadline;
    private final LockOrigin origin;
    private final Function<HeldLocks, T> outcome;
    private final List<LockRequest> requests;
    private final int[] order;
    private final HeldLock[] acquired;
    private final HeldLocks held;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<HeldLock> current;

    AsyncLocks(
            FileLocks locks,
            List<LockTarget> targets,
            Duration timeout,
            LockOrigin origin,
            Function<HeldLocks, T> outcome) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no target to lock");
        }
        this.locks = locks;
        this.targets = targets;
        this.deadline = Deadline.in(timeout);
        this.origin = Objects.requireNonNull(origin, "origin");
        this.outcome = outcome;
        this.requests = targets.stream()
                .map(target -> locks.request(target, timeout, origin))
                .toList();
        this.order = FileLocks.canonicalOrder(requests);
        this.acquired = new HeldLock[targets.size()];
        this.held = new HeldLocks(Collections.unmodifiableList(Arrays.asList(acquired)));
    }

    CompletableFuture<T> start() {
        CompletableFuture<?> unused = result.whenComplete((value, failure) -> {
            CompletableFuture<HeldLock> pending = current;
            if (result.isCancelled() && pending != null) {
                pending.cancel(true);
            }
        });
        next(0, requests.get(order[0]));
        return result;
    }

    private void next(int step, LockRequest request) {
        try {
            CompletableFuture<HeldLock> pending = locks.acquireAsync(
                    new LockRequest(request.target(), request.lockFile(), deadline.remaining(), request.origin()));
            current = pending;
            if (result.isCancelled()) {
                pending.cancel(true);
            }
            CompletableFuture<?> unused =
                    pending.whenComplete((lock, failure) -> continueWith(step, request, lock, failure));
        } catch (RuntimeException | Error failure) {
            fail(failure);
        }
    }

    private void continueWith(int step, LockRequest request, @Nullable HeldLock lock, @Nullable Throwable failure) {
        try {
            if (lock == null) {
                fail(Objects.requireNonNull(failure));
            } else if (!locks.isCurrent(
                    request)) { // Another directory has come to the place of the one that was meant.
                lock.close();
                again(step, request);
            } else {
                acquired[order[step]] = lock;
                if (step + 1 < order.length) {
                    next(step + 1, requests.get(order[step + 1]));
                } else if (!result.complete(outcome.apply(held))) {
                    held.close(); // Cancelled just now.
                }
            }
        } catch (RuntimeException | Error unexpected) {
            fail(unexpected);
        }
    }

    private void again(int step, LockRequest request) {
        if (deadline.hasPassed()) {
            fail(new LockNotAcquiredException(request, deadline.elapsed(), null));
        } else {
            next(step, locks.request(targets.get(order[step]), deadline.remaining(), origin));
        }
    }

    private void fail(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        held.closeAfter(cause);
        result.completeExceptionally(cause);
    }
}
