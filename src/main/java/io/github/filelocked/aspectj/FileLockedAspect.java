package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocks;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockRefusedException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.annotation.DeclareError;
import org.aspectj.lang.annotation.DeclarePrecedence;
import org.aspectj.lang.annotation.Pointcut;
import org.aspectj.lang.reflect.MethodSignature;
import org.jspecify.annotations.Nullable;

/**
 * Locks woven methods that have {@link io.github.filelocked.FileLocked} themselves, through their class, or through a
 * composed annotation. What can be told from the code alone to be impossible is an error of the weaver.
 *
 * <p>A transaction that Spring's own aspect weaves into the same method is inside the lock, and so is committed before
 * the release. Among other aspects the order is AspectJ's, unless an aspect of yours declares a precedence.
 *
 * <p>A {@code synchronized} method cannot be locked by weaving, because its advice runs inside the monitor: put {@code
 * synchronized (this)} inside. No weaver can see a Kotlin {@code inline fun}, whose body the compiler copies into its
 * callers: annotate the caller, or a function that is not inline.
 *
 * <p>The class is compiled by javac and has the two methods that the AspectJ compiler would add, so that it can be
 * woven with from a plain jar.
 *
 * <p><b>Thread safety.</b> One instance serves all threads. A method that was woven twice is locked twice by one
 * thread, which is one lock, and its body runs once.
 */
@Aspect
@DeclarePrecedence("io.github.filelocked.aspectj.FileLockedAspect, org.springframework.transaction.aspectj..*")
public final class FileLockedAspect {

    private static final FileLockedAspect INSTANCE = new FileLockedAspect();

    private volatile Function<FileLockedInvocation, FileLockedInvoker> invoker;

    private FileLockedAspect() {
        FileLockedInvoker defaults = new FileLockedInvoker(FileLocks.create());
        this.invoker = call -> defaults;
    }

    /**
     * Returns the instance that woven code uses.
     *
     * @return the only instance
     */
    public static FileLockedAspect aspectOf() {
        return INSTANCE;
    }

    /**
     * Returns true; woven code asks for it.
     *
     * @return true
     */
    public static boolean hasAspect() {
        return true;
    }

    /**
     * Sets the locks of woven methods, at start-up; by default they use {@link FileLocks#create()}.
     *
     * @param locks the locks, with the default timeout of those annotations that give none
     */
    public void use(FileLocks locks) {
        FileLockedInvoker own = new FileLockedInvoker(locks);
        use(call -> own);
    }

    /**
     * Lets a framework's invokers run woven methods.
     *
     * @param frameworkInvoker gives the invoker for a call, and is asked at each call
     */
    public void use(Function<FileLockedInvocation, FileLockedInvoker> frameworkInvoker) {
        this.invoker = frameworkInvoker;
    }

    /**
     * Throws if methods with {@link io.github.filelocked.FileLocked} would run unlocked because no weaver has woven
     * them. Call it at the start of {@code main}, and in a test.
     *
     * <p>The check takes a method for woven if any aspect with around advice has been woven into it at load time. Of a
     * class that was woven at compile time, it knows that the aspect was this one.
     *
     * @param classes classes that have or inherit annotated methods
     * @throws LockRefusedException if such a method is not woven, or a class has none; the message names the methods
     *     and the cure
     */
    public static void requireWoven(Class<?>... classes) {
        Stream.of(classes).forEach(Weaving::require);
    }

    /**
     * The methods to lock: annotated, composed, or declared in such a class. Of a class with the annotation, the bodies
     * of lambdas are not locked, and neither is what compilers and tools add to a class under a name with a dollar.
     * Kotlin gives such names also to internal functions, which are locked.
     */
    @Pointcut("execution(@io.github.filelocked.FileLocked * *(..))"
            + " || execution(@(@io.github.filelocked.FileLocked *) * *(..))"
            + " || (!execution(* lambda$*(..)) && !execution(* access$*(..)) && !execution(* $*(..))"
            + " && !execution(* *$lambda$*(..)) && !execution(* *$default(..)) && !execution(* *$annotations(..))"
            + " && !execution(private static * *$*(..)) && ("
            + "(execution(* (@io.github.filelocked.FileLocked *).*(..)) && within(@io.github.filelocked.FileLocked *))"
            + " || (execution(* (@(@io.github.filelocked.FileLocked *) *).*(..))"
            + " && within(@(@io.github.filelocked.FileLocked *) *))))")
    public void lockedMethod() {}

    /**
     * Runs a method under its lock.
     *
     * @param joinPoint the call
     * @return what {@link FileLockedInvoker#invoke} returns
     * @throws Throwable what it throws
     * @throws LockRefusedException also if the method is {@code synchronized}, because it is in its monitor already
     */
    @Around(value = "lockedMethod()", argNames = "joinPoint")
    public @Nullable Object lock(ProceedingJoinPoint joinPoint) throws Throwable {
        MethodSignature signature = (MethodSignature) joinPoint.getSignature();
        if (Weaving.isGenerated(signature.getMethod())) {
            return joinPoint.proceed();
        }
        if (Modifier.isSynchronized(signature.getModifiers())) {
            throw new LockRefusedException(
                    SYNCHRONIZED + " (" + signature.getMethod().toGenericString() + ")");
        }
        WovenInvocation call = new WovenInvocation(joinPoint, signature);
        return invoker.apply(call).invoke(call);
    }

    private record WovenInvocation(ProceedingJoinPoint joinPoint, MethodSignature signature)
            implements FileLockedInvocation {

        @Override
        public Method method() {
            return signature.getMethod();
        }

        @Override
        public @Nullable Object target() {
            return joinPoint.getTarget();
        }

        @Override
        public Class<?> targetClass() {
            return signature.getDeclaringType();
        }

        @Override
        public List<String> parameterNames() {
            Parameter[] parameters = signature.getMethod().getParameters();
            if (parameters.length > 0 && Stream.of(parameters).allMatch(Parameter::isNamePresent)) {
                return Stream.of(parameters).map(Parameter::getName).toList();
            }
            String[] names = signature.getParameterNames(); // The weaver knows those that -g writes, and no others.
            return names == null ? List.of() : List.of(names);
        }

        @Override
        public @Nullable Object[] arguments() {
            return joinPoint.getArgs();
        }

        @Override
        public @Nullable Object proceed() throws Throwable {
            return joinPoint.proceed();
        }
    }

    @DeclareError("execution(@(@io.github.filelocked.FileLocked *) *.new(..))")
    static final String CONSTRUCTOR =
            "@FileLocked: a constructor cannot be locked, because its fields are initialised outside; lock a factory"
                    + " method";

    @DeclareError("execution(@(@(@io.github.filelocked.FileLocked *) *) * *(..))"
            + " || (execution(* *(..)) && within(@(@(@io.github.filelocked.FileLocked *) *) *))")
    static final String TOO_DEEP =
            "@FileLocked: a composed annotation works one level deep; put @FileLocked on this annotation itself";

    @DeclareError("lockedMethod() && (execution(java.util.stream.BaseStream+ *(..))"
            + " || execution(java.util.concurrent.Flow.Publisher+ *(..))"
            + " || execution(java.util.Iterator+ *(..))"
            + " || execution(java.util.Spliterator+ *(..))"
            + " || execution(java.util.Enumeration+ *(..))"
            + " || execution(java.util.function.* *(..))"
            + " || execution(java.util.concurrent.Callable *(..))"
            + " || execution(java.lang.Runnable *(..))"
            + " || execution(java.io.InputStream *(..))"
            + " || execution(java.io.OutputStream *(..))"
            + " || execution(java.io.Reader *(..))"
            + " || execution(java.io.Writer *(..))"
            + " || execution(java.nio.channels.Channel+ *(..))"
            + " || (execution(java.util.concurrent.Future+ *(..))"
            + " && !execution(java.util.concurrent.CompletableFuture *(..))))")
    static final String UNFINISHED =
            "@FileLocked: the work of a Future, Stream, Iterator, function or Publisher may go on after the method"
                    + " returns, and its end cannot be known; return a CompletionStage, a CompletableFuture, or the"
                    + " finished result";

    @DeclareError("lockedMethod() && execution(synchronized * *(..))")
    static final String SYNCHRONIZED =
            "@FileLocked: a woven synchronized method waits for its lock inside its monitor, which can be a deadlock"
                    + " that no tool sees; put synchronized (this) inside the body";

    @DeclareError(
            "execution(@io.github.filelocked.FileLocked(onBusy=io.github.filelocked.OnBusy.SKIP) (boolean || byte ||"
                    + " char || short || int || long || float || double) *(..))")
    static final String SKIPPED_PRIMITIVE =
            "@FileLocked: onBusy = SKIP has no value to return from a method of a primitive type; return an object"
                    + " or an"
                    + " Optional, or use FAIL";
}
