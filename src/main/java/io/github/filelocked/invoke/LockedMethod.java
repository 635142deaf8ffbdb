package io.github.filelocked.invoke;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.OnBusy;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The parsed and validated annotation of one method, rejected if it cannot be honoured, before the method's first call.
 */
final class LockedMethod {

    private final Method method;
    private final ResourceType type;
    private final LockMode mode;
    private final boolean skipsWhenBusy;
    private final LockOrigin origin;
    private final List<Template> paths;
    private final String lockFileSuffix;
    private final Template timeout;

    /** Where no path depends on the call. */
    private final @Nullable List<LockTarget> constantTargets;

    private final @Nullable Duration constantTimeout;

    private LockedMethod(
            FileLockedInvocation call,
            FileLocked annotation,
            FileLockedResolver resolver,
            String lockFileSuffix,
            List<String> names) {
        this.method = call.method();
        this.lockFileSuffix = lockFileSuffix;
        this.type = annotation.type();
        this.mode = annotation.lockMode();
        this.skipsWhenBusy = annotation.onBusy() == OnBusy.SKIP;
        this.origin = new LockOrigin(operation(method), String.join(", ", annotation.value()));
        this.paths = Arrays.stream(annotation.value())
                .map(path -> Template.parsePath(path, resolver, method, names))
                .toList();
        this.timeout = Template.parse(annotation.timeout(), resolver, method, names);
        this.constantTargets = paths.stream().allMatch(Template::isLiteral) ? targetsOf(call) : null;
        this.constantTimeout = timeout.isLiteral() && !annotation.timeout().isBlank()
                ? Timeout.parse(timeout.toText(call), FileLocks.NO_LIMIT)
                : null;
    }

    /**
     * Reads a method's annotation, or else its class's.
     *
     * @throws LockRefusedException if it cannot be honoured, or is not to be seen at run time
     */
    static LockedMethod of(FileLockedInvocation call, FileLockedResolver resolver, String lockFileSuffix) {
        Method method = call.method();
        try {
            FileLocked annotation = resolver.annotation(method, call.targetClass())
                    .orElseThrow(
                            () -> new IllegalArgumentException("the annotation cannot be read at run time; give the"
                                    + " composed annotation @Retention(RetentionPolicy.RUNTIME)"));
            refuseUnlockable(method, annotation, resolver);
            int count = method.getParameterCount();
            List<String> names = call.parameterNames();
            return new LockedMethod(
                    call,
                    annotation,
                    resolver,
                    lockFileSuffix,
                    names.size() == count
                            ? names
                            : IntStream.range(0, count).mapToObj(i -> "p" + i).toList());
        } catch (IllegalArgumentException wrong) {
            throw refusal(method, wrong);
        }
    }

    /** Refuses what would fail at every call: properties that are not set, timeouts that are none. */
    void check(FileLockedInvocation anyCall) {
        honoured(() -> {
            paths.stream().filter(path -> !path.hasExpressions()).forEach(path -> path.toPath(anyCall, lockFileSuffix));
            return timeout.hasExpressions() ? FileLocks.NO_LIMIT : timeout(anyCall, FileLocks.NO_LIMIT);
        });
    }

    List<LockTarget> targets(FileLockedInvocation call) {
        return constantTargets != null ? constantTargets : honoured(() -> targetsOf(call));
    }

    private List<LockTarget> targetsOf(FileLockedInvocation call) {
        return paths.stream()
                .map(template -> template.toPath(call, lockFileSuffix))
                .map(path -> new LockTarget(path, type, mode))
                .toList();
    }

    Duration timeout(FileLockedInvocation call, Duration defaultTimeout) {
        return constantTimeout != null
                ? constantTimeout
                : honoured(() -> Timeout.parse(timeout.toText(call), defaultTimeout));
    }

    /** Returns a short name of the method, for those who wait. */
    String operation() {
        return origin.operation();
    }

    private static String operation(Method method) {
        String className = method.getDeclaringClass().getName();
        return className.substring(className.lastIndexOf('.') + 1) + "." + method.getName();
    }

    /** Returns the origin for all paths together; the path tells which of them it is. */
    LockOrigin origin() {
        return origin;
    }

    boolean skipsWhenBusy() {
        return skipsWhenBusy;
    }

    /** Returns what a call returns when the body was skipped. */
    @Nullable
    Object skipped() {
        Class<?> type = method.getReturnType();
        if (type == Optional.class) {
            return Optional.empty();
        }
        return CompletionStage.class.isAssignableFrom(type) ? CompletableFuture.completedFuture(null) : null;
    }

    /** Returns whether a stage in place of the returned one still fits the declared type. */
    boolean mayReturnStage() {
        return method.getReturnType().isAssignableFrom(CompletableFuture.class);
    }

    /** Rejects a value that is still at work when its lock is released, where the declared type says too little. */
    void refuseUnfinished(@Nullable Object result) {
        Class<?> unfinished = ReturnTypes.unfinishedIn(result);
        if (unfinished != null) {
            throw refusal(
                    method,
                    new IllegalArgumentException("returned a " + unfinished.getName()
                            + (result != null && result.getClass() == unfinished ? "" : ", in another value,")
                            + " whose work may go on after the lock is released; declare a CompletionStage of finished"
                            + " work, or return the finished result"));
        }
    }

    LockRefusedException refusal(RuntimeException cause) {
        return refusal(method, cause);
    }

    private <T> T honoured(Supplier<T> attempt) {
        try {
            return attempt.get();
        } catch (IllegalArgumentException wrong) {
            throw refusal(wrong);
        }
    }

    private static LockRefusedException refusal(Method method, RuntimeException cause) {
        return new LockRefusedException(
                Reason.BAD_ANNOTATION, "@FileLocked on " + method.toGenericString() + ": " + cause.getMessage(), cause);
    }

    private static void refuseUnlockable(Method method, FileLocked annotation, FileLockedResolver resolver) {
        Class<?> type = method.getReturnType();
        if (annotation.value().length == 0) {
            throw new IllegalArgumentException("names no path; give at least one");
        }
        if (annotation.onBusy() == OnBusy.SKIP && type.isPrimitive() && type != void.class) {
            throw new IllegalArgumentException(
                    "onBusy = SKIP has no " + type + " to return for a body that was left out;" + " return "
                            + (type == int.class ? "an Integer" : "an object") + " or an Optional, or use FAIL");
        }
        boolean suspending = Arrays.stream(method.getParameterTypes())
                .anyMatch(parameter -> parameter.getName().equals("kotlin.coroutines.Continuation"));
        Optional<Class<?>> unfinished = ReturnTypes.unfinishedIn(method, resolver::awaits);
        if (suspending || unfinished.isPresent()) {
            throw new IllegalArgumentException("the work of a "
                    + (suspending
                            ? "suspending function"
                            : unfinished.get().getTypeName()
                                    + (unfinished.get() == type
                                            ? ""
                                            : ", in "
                                                    + method.getGenericReturnType()
                                                            .getTypeName() + ","))
                    + " may go on after the method returns, and its end cannot be known; return a CompletionStage, a"
                    + " CompletableFuture, or the finished result");
        }
    }
}
