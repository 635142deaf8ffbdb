package io.github.filelocked.invoke;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The part that every adapter calls, and the only place where an annotated method runs: acquires, pushes the context,
 * proceeds, pops and releases.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
public final class FileLockedInvoker {

    private final FileLocks locks;
    private final FileLockedResolver resolver;

    /** Per class, so that nothing here keeps a class from being unloaded. */
    private final ClassValue<Map<Method, LockedMethod>> methods = new ClassValue<>() {
        @Override
        protected Map<Method, LockedMethod> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    /**
     * Creates an invoker that uses the given locks and {@link FileLockedResolver#builtIn()}.
     *
     * @param locks the locks, with the default timeout of those annotations that give none
     */
    public FileLockedInvoker(FileLocks locks) {
        this(locks, FileLockedResolver.builtIn());
    }

    /**
     * Creates an invoker for a framework.
     *
     * @param locks the locks, with the default timeout of those annotations that give none
     * @param resolver gives annotations their meaning
     */
    public FileLockedInvoker(FileLocks locks, FileLockedResolver resolver) {
        this.locks = locks;
        this.resolver = resolver;
    }

    /**
     * Runs a call under the lock that its annotation asks for. A call without one is refused: an adapter has
     * intercepted it for a reason that is not to be seen here.
     *
     * @param call the call
     * @return what the body returns; for a stage, one that completes alike as soon as the lock is released; if the body
     *     was skipped, the empty value of the return type
     * @throws Throwable what the body throws
     * @throws LockNotAcquiredException if others hold the lock for the whole timeout
     * @throws LockRefusedException if the annotation or its path cannot be honoured
     */
    public @Nullable Object invoke(FileLockedInvocation call) throws Throwable {
        LockedMethod method = lockedMethod(call);
        HeldLocks held = acquire(method, call);
        return held == null ? method.skipped() : runAndRelease(method, call, held);
    }

    /**
     * Acquires what a call's annotation asks for, for adapters that know themselves when the work has ended.
     *
     * @param call a call of an annotated method
     * @return the locks, which the adapter closes; empty if the adapter must skip the body
     * @throws LockNotAcquiredException if others hold the lock for the whole timeout
     * @throws LockRefusedException if the annotation or its path cannot be honoured
     */
    public Optional<HeldLocks> acquire(FileLockedInvocation call) {
        return Optional.ofNullable(acquire(lockedMethod(call), call));
    }

    /**
     * Acquires what a call's annotation asks for, without blocking the caller. The locks belong to no thread; see
     * {@link HeldLocks#attach()}.
     *
     * @param call a call of an annotated method
     * @return a future of the locks, which the adapter closes; empty if the adapter must skip the body. Cancelling it
     *     ends the wait. It fails as {@link #acquire} does
     * @throws LockRefusedException if the annotation or its path cannot be honoured
     */
    public CompletableFuture<Optional<HeldLocks>> acquireAsync(FileLockedInvocation call) {
        LockedMethod method = lockedMethod(call);
        CompletableFuture<HeldLocks> wanted = locks.acquireAllAsync(
                method.targets(call), method.timeout(call, locks.defaultTimeout()), method.origin());
        CompletableFuture<Optional<HeldLocks>> result = new CompletableFuture<>();
        CompletableFuture<?> unused = wanted.whenComplete((held, failure) -> {
            if (failure == null && !result.complete(Optional.of(held))) {
                held.close(); // Cancelled just now.
            } else if (failure instanceof LockNotAcquiredException busy && method.skipsWhenBusy()) {
                logSkipped(method, busy);
                result.complete(Optional.empty());
            } else if (failure != null) {
                result.completeExceptionally(
                        failure instanceof LockRefusedException refused ? method.refusal(refused) : failure);
            }
        });
        CompletableFuture<?> unusedToo = result.whenComplete((held, failure) -> {
            if (result.isCancelled()) {
                wanted.cancel(true);
            }
        });
        return result;
    }

    /**
     * Runs a call's body with its context, under locks that stay held.
     *
     * @param call the call
     * @param held what {@link #acquire} gave for it
     * @return what the body returns
     * @throws Throwable what the body throws
     */
    public static @Nullable Object proceed(FileLockedInvocation call, HeldLocks held) throws Throwable {
        try (LockedPath.Scope scope = LockedPath.enter(held)) {
            return call.proceed();
        }
    }

    /**
     * Rejects, before any call, what every call of a method would be rejected for.
     *
     * @param call a call of the method, whose target and arguments need not be known
     * @throws LockRefusedException if the annotation cannot be honoured
     */
    public void check(FileLockedInvocation call) {
        lockedMethod(call).check(call);
    }

    private @Nullable HeldLocks acquire(LockedMethod method, FileLockedInvocation call) {
        List<LockTarget> targets = method.targets(call);
        Duration timeout = method.timeout(call, locks.defaultTimeout());
        try {
            return locks.acquireAll(targets, timeout, method.origin());
        } catch (LockNotAcquiredException busy) {
            if (!method.skipsWhenBusy()) {
                throw busy;
            }
            logSkipped(method, busy);
            return null;
        } catch (LockRefusedException refused) {
            throw method.refusal(refused);
        }
    }

    private static void logSkipped(LockedMethod method, LockNotAcquiredException busy) {
        System.getLogger(FileLocked.class.getPackageName())
                .log(
                        Level.INFO,
                        "left out {0}: {1} is held by {2}",
                        method.operation(),
                        busy.resource(),
                        busy.holder().map(LockHolder::toString).orElse("an unknown holder"));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The caller gets it, as what the method returns.
    private static @Nullable Object runAndRelease(LockedMethod method, FileLockedInvocation call, HeldLocks held)
            throws Throwable {
        Object result;
        try {
            result = proceed(call, held);
        } catch (Throwable failure) {
            held.closeAfter(failure);
            throw failure;
        }
        if (result instanceof CompletionStage<?> stage && method.mayReturnStage()) {
            return ReleasingStage.of(stage, held, method::refuseUnfinished);
        }
        try (held) {
            method.refuseUnfinished(result);
            return result;
        }
    }

    private LockedMethod lockedMethod(FileLockedInvocation call) {
        Map<Method, LockedMethod> known = methods.get(call.targetClass());
        LockedMethod present = known.get(call.method());
        return present != null
                ? present
                : known.computeIfAbsent(
                        call.method(), absent -> LockedMethod.of(call, resolver, locks.lockFileSuffix()));
    }
}
