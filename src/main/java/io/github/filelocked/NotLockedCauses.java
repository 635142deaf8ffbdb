package io.github.filelocked;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.sidecar.SidecarLockProvider;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The message for a thread that has no path under lock. It names the cause if the stack of the thread shows one, and
 * the likely causes otherwise.
 */
final class NotLockedCauses {

    /** Enough to reach an annotated method from its body, and a bound for a recursion. */
    private static final int FRAMES = 300;

    private static final int SHOWN_HOLDERS = 3;

    /**
     * The bodies that a weaver moves, and those of lambdas as javac and Kotlin name them; the first group is the
     * method.
     */
    private static final Pattern WOVEN_BODY = Pattern.compile("(.+)_aroundBody\\d+(?:\\$advice)?");

    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+|(.+)\\$lambda\\$.*");

    private static final String WEAVE =
            "weave it (io.github.filelocked.aspectj.Weave in the build, the AspectJ compiler"
                    + " with filelocked on its aspect path, or -javaagent:aspectjweaver.jar and a"
                    + " META-INF/aop.xml that names the"
                    + " aspect)";

    private static final String LIKELY = """
            If it should be, the likely causes are:
              - the method has no @FileLocked, or it is on the interface's method alone
              - the class was not woven: let the build run io.github.filelocked.aspectj.Weave on its classes, \
            compile with \
            the AspectJ compiler and filelocked on its aspect path, or start with -javaagent:aspectjweaver.jar and a \
            META-INF/aop.xml that names the aspect; FileLockedAspect.requireWoven(...) tells at the start of main
              - with Spring proxies: the object is not a bean, the method is private, final or static, \
            or it was called from inside its own object
              - with Spring Boot: filelocked.enabled=false, or a test slice such as @WebMvcTest that leaves \
            out the auto-configuration of filelocked
              - a unit test calls the method on an object that it made with new: weave the test's classes too, \
            or enter a lock with LockedPath.enter(...)
              - this is another thread than the one that entered the method: use LockedPath.carry(...)""";

    /**
     * A method with the annotation that a frame belongs to.
     *
     * @param source the method that has the annotation: itself, or the one of a superclass or interface
     * @param inLambda whether the frame is a lambda in the method, and not the method
     */
    private record Annotated(Method method, Method source, boolean inLambda) {

        Class<?> type() {
            return method.getDeclaringClass();
        }

        /** A weaver, of whatever aspect, leaves such a method in the class. */
        boolean isWoven() {
            return Arrays.stream(type().getDeclaredMethods())
                    .map(other -> WOVEN_BODY.matcher(other.getName()))
                    .anyMatch(body -> body.matches() && body.group(1).equals(method.getName()));
        }

        @Override
        public String toString() {
            return name(type(), method.getName())
                    + (source.equals(method)
                            ? " has @FileLocked"
                            : " has no @FileLocked itself, only " + name(source.getDeclaringClass(), source.getName())
                                    + " has, which a weaver does not see");
        }
    }

    private NotLockedCauses() {}

    /** Returns the message for the current thread. */
    static String message() {
        String start = "no path is locked on thread \"" + Thread.currentThread().getName() + "\"";
        Optional<String> cause = cause();
        List<String> holders = holders();
        return cause.map(text -> start + ": " + text).orElse(start + ". " + LIKELY) + String.join("", holders);
    }

    private static Optional<String> cause() {
        try {
            List<StackFrame> frames = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                    .walk(all -> all.dropWhile(frame -> isOurs(frame.getDeclaringClass()))
                            .limit(FRAMES)
                            .toList());
            for (int i = 0; i < frames.size(); i++) {
                Annotated annotated = annotated(frames.get(i));
                if (annotated != null) {
                    if (frames.subList(0, i).stream().anyMatch(NotLockedCauses::isInvoker)) {
                        return Optional.of(
                                annotated + ", but its lock is not acquired yet, or is released already, while"
                                        + " listeners and resolvers run: ask in the body of the method");
                    }
                    return Optional.of(explain(annotated, i + 1 < frames.size() ? frames.get(i + 1) : null));
                }
            }
        } catch (LinkageError | RuntimeException unreadable) {
            return Optional.empty(); // A class on the stack names one that is missing.
        }
        return Optional.empty();
    }

    private static boolean isInvoker(StackFrame frame) {
        return frame.getClassName().equals("io.github.filelocked.invoke.FileLockedInvoker");
    }

    private static boolean isOurs(Class<?> type) {
        return type == NotLockedCauses.class || type == LockedPath.class;
    }

    private static String explain(Annotated annotated, @Nullable StackFrame caller) {
        String woven = annotated.isWoven() ? "" : ". Besides, the class was not woven: " + WEAVE;
        if (annotated.inLambda) {
            return annotated
                    + ", but this is a lambda of it that runs outside of its call, as on another thread: hand it"
                    + " over with LockedPath.carry(...), and wait for it inside the method" + woven;
        }
        if (annotated.isWoven()) {
            return annotated
                    + " and its class was woven, but not with FileLockedAspect: put filelocked on the aspect path"
                    + " of the weaver, or name the aspect in META-INF/aop.xml";
        }
        return annotated + ", but the class was not woven, and " + call(annotated.type(), caller);
    }

    /** Tells how a class that is not woven was called, and the fix. */
    private static String call(Class<?> type, @Nullable StackFrame caller) {
        if (caller == null) {
            return "nothing else called it: " + WEAVE;
        }
        Class<?> from = caller.getDeclaringClass();
        String name = name(from, caller.getMethodName());
        if (isProxy(type, from)) {
            return "the proxy that called it (" + name + ") takes no lock: filelocked.enabled=false, no"
                    + " @EnableFileLocking, or a test slice such as @WebMvcTest that leaves out the"
                    + " auto-configuration of"
                    + " filelocked";
        }
        if (from.isAssignableFrom(type) || type.isAssignableFrom(from)) {
            return name + " called it from inside its own class, where no proxy sees the call: " + WEAVE
                    + ", or call it through the injected bean";
        }
        return name + " called it directly, and not through a proxy of Spring: " + WEAVE
                + ", or call it on the injected bean, or in a unit test enter a lock with LockedPath.enter(...)";
    }

    private static boolean isProxy(Class<?> type, Class<?> caller) {
        return Proxy.isProxyClass(caller)
                || caller.getName().startsWith("org.springframework.aop.")
                || caller.getName().startsWith("org.springframework.cglib.")
                || (type.isAssignableFrom(caller) && caller.getName().contains("$$"));
    }

    private static boolean isOfJdk(Class<?> type) {
        return type.getClassLoader() == null || type.getClassLoader() == ClassLoader.getPlatformClassLoader();
    }

    private static @Nullable Annotated annotated(StackFrame frame) {
        Class<?> type = frame.getDeclaringClass();
        if (isOfJdk(type) || Proxy.isProxyClass(type) || type.getName().contains("$$")) {
            return null; // The method of a proxy is not the body.
        }
        Matcher lambda = LAMBDA.matcher(frame.getMethodName());
        Matcher body = WOVEN_BODY.matcher(frame.getMethodName());
        boolean inLambda = lambda.matches();
        String name = frame.getMethodName();
        if (inLambda) {
            name = lambda.group(1) == null ? lambda.group(2) : lambda.group(1);
        } else if (body.matches()) {
            name = body.group(1);
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean same = inLambda
                    || body.matches()
                    || Arrays.equals(
                            method.getParameterTypes(), frame.getMethodType().parameterArray());
            if (same && method.getName().equals(name) && !method.isSynthetic()) {
                Method source = annotatedSource(method);
                if (source != null) {
                    return new Annotated(method, source, inLambda);
                }
            }
        }
        return null;
    }

    /** Returns the method that has the annotation: the given one first, then one that it overrides or implements. */
    private static @Nullable Method annotatedSource(Method method) {
        if (isAnnotated(method) || isAnnotated(method.getDeclaringClass())) {
            return method;
        }
        if (Modifier.isStatic(method.getModifiers()) || Modifier.isPrivate(method.getModifiers())) {
            return null;
        }
        return supertypes(method.getDeclaringClass()).stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(other -> other.getName().equals(method.getName())
                        && Arrays.equals(other.getParameterTypes(), method.getParameterTypes())
                        && isAnnotated(other))
                .findFirst()
                .orElse(null);
    }

    private static List<Class<?>> supertypes(Class<?> type) {
        List<Class<?>> found = new ArrayList<>();
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                .forEach(each -> {
                    found.add(each);
                    found.addAll(supertypes(each));
                });
        return found;
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType() == FileLocked.class
                        || annotation.annotationType().isAnnotationPresent(FileLocked.class));
    }

    /** Says which other threads hold locks, since the caller may do work of theirs. */
    private static List<String> holders() {
        String here = Thread.currentThread().getName();
        Map<Path, LockHolder> held = SidecarLockProvider.heldByOtherThreads();
        return held.entrySet().stream()
                .filter(entry -> !entry.getValue().thread().equals(here)) // A detached lock of this thread.
                .sorted(Map.Entry.comparingByKey())
                .limit(SHOWN_HOLDERS)
                .map(entry -> "\n  * thread \"" + entry.getValue().thread() + "\" has " + entry.getKey() + " under lock"
                        + (entry.getValue().operation().isEmpty()
                                ? ""
                                : " for " + entry.getValue().operation())
                        + ": if this thread works for it, hand the work over with LockedPath.carry(...)")
                .toList();
    }

    private static String name(Class<?> type, String method) {
        return type.getName() + "." + method + "()";
    }
}
