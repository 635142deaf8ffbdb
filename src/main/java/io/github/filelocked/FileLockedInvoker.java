package io.github.filelocked;

import io.github.filelocked.lock.FileLocks;
import io.github.filelocked.lock.HeldLocks;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What every adapter calls, and the only place where an annotated method is run: acquires, pushes the context, proceeds,
 * pops and releases.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
public final class FileLockedInvoker {

    private final FileLocks locks;

    /** Per class, so that nothing here keeps a class from being unloaded. */
    private final ClassValue<Map<Method, LockedMethod>> methods = new ClassValue<>() {
        @Override
        protected Map<Method, LockedMethod> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    /**
     * An invoker that takes its locks from there.
     *
     * @param locks the locks, with the default timeout of those annotations that give none
     */
    public FileLockedInvoker(FileLocks locks) {
        this.locks = locks;
    }

    /**
     * Runs a call under the lock that its annotation asks for; or as it is, if neither the method nor its class has one.
     *
     * @param call the call
     * @return what the body returns; for a stage, one that completes alike as soon as the lock is released; if the body was
     *     skipped, the empty value of the return type
     * @throws Throwable what the body throws
     * @throws LockNotAcquiredException if others hold the lock for the whole timeout
     * @throws LockRefusedException if the annotation or its path cannot be honoured
     */
    public @Nullable Object invoke(FileLockedInvocation call) throws Throwable {
        LockedMethod method = lockedMethod(call);
        if (method == null) {
            return call.proceed();
        }
        List<LockTarget> targets = method.targets(call);
        Duration timeout = method.timeout(call, locks.defaultTimeout());
        HeldLocks held;
        try {
            held = locks.acquireAll(targets, timeout, method.operation());
        } catch (LockNotAcquiredException busy) {
            if (method.skipsWhenBusy()) {
                return method.skipped();
            }
            throw busy;
        } catch (LockRefusedException refused) {
            throw method.refusal(refused);
        }
        return runAndRelease(method, call, held);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The caller gets it, as what the method returns.
    private static @Nullable Object runAndRelease(LockedMethod method, FileLockedInvocation call, HeldLocks held)
            throws Throwable {
        Object result;
        try {
            result = proceed(call, held);
        } catch (Throwable failure) {
            try (held) {
                throw failure; // And a failing release is added to it.
            }
        }
        if (result instanceof CompletionStage<?> stage && method.mayReturnStage()) {
            return ReleasingStage.of(stage, held);
        }
        try (held) {
            method.refuseUnfinished(result);
            return result;
        }
    }

    private static @Nullable Object proceed(FileLockedInvocation call, HeldLocks held) throws Throwable {
        LockedPath.enter(held);
        try {
            return call.proceed();
        } finally {
            LockedPath.exit();
        }
    }

    private @Nullable LockedMethod lockedMethod(FileLockedInvocation call) {
        Method method = call.method();
        Map<Method, LockedMethod> known = methods.get(method.getDeclaringClass());
        LockedMethod present = known.get(method);
        return present != null
                ? present
                : known.computeIfAbsent(method, absent -> LockedMethod.of(absent, call.parameterNames()));
    }
}
