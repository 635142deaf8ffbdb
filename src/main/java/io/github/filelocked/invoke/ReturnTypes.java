package io.github.filelocked.invoke;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules for what a locked method may return: finished work, or a stage that tells when the work has finished.
 *
 * <p>These are unfinished, whether a method returns them, a container of them, or a stage of them: futures; iterators;
 * JDK types that read or write until they are closed; functions, since someone has yet to call them; types that an
 * observer subscribes to; types that take a callback and tell whether they are done; and a few that have no such shape.
 * Values, collections, records, and classes of an application are finished, unless they extend one of these.
 */
final class ReturnTypes {

    /** Handles of running work that only their names give away. */
    private static final Set<String> KNOWN = Set.of(
            "java.lang.Process",
            "java.nio.MappedByteBuffer",
            "java.util.concurrent.Flow$Publisher",
            "java.util.concurrent.Flow$Subscription",
            "org.reactivestreams.Publisher",
            "org.reactivestreams.Subscription",
            "io.reactivex.disposables.Disposable",
            "io.reactivex.rxjava3.disposables.Disposable",
            "io.smallrye.mutiny.Uni",
            "io.vertx.core.Future",
            "io.vertx.core.Promise",
            "io.vertx.core.streams.ReadStream",
            "reactor.core.Disposable",
            "groovy.lang.Closure",
            "kotlin.Function",
            "kotlin.Lazy",
            "kotlin.sequences.Sequence",
            "kotlinx.coroutines.Job",
            "kotlinx.coroutines.channels.ReceiveChannel",
            "kotlinx.coroutines.flow.Flow",
            "scala.concurrent.Future",
            "jakarta.ws.rs.core.StreamingOutput",
            "javax.ws.rs.core.StreamingOutput",
            "org.springframework.core.io.InputStreamResource",
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter");

    /** The packages whose closeable types read or write a file, or the like, until they are closed. */
    private static final Pattern READS_ON = Pattern.compile("java\\.(io|nio|sql|util\\.(stream|zip|jar))\\..*");

    /** Types of those packages that only read or write the memory. */
    private static final Pattern IN_MEMORY =
            Pattern.compile("java\\.io\\.(ByteArray(In|Out)putStream|(String|CharArray)(Reader|Writer))");

    private static final Pattern CALLBACK = Pattern.compile(
            "onComplet(e|ion)|add(OnComplete)?Listener|addCallback|invokeOnCompletion|whenCompleted?|thenAccept");

    private static final Pattern STATE = Pattern.compile("is(Done|Complete|Completed|Finished|Resolved)");

    /** The answers for classes, since an answer takes a look at all ancestors of a class. */
    private static final ClassValue<Boolean> UNFINISHED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return computeUnfinished(type);
        }
    };

    /** The names of a class's ancestors, itself included, which are asked for at each call. */
    private static final ClassValue<Set<String>> ANCESTORS = new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
            return ancestors(type).map(Class::getName).collect(Collectors.toUnmodifiableSet());
        }
    };

    private ReturnTypes() {}

    /**
     * Returns the first type within a method's return type whose work may go on after the method has returned.
     *
     * @param isAwaited tells of the return type itself whether its end is awaited
     */
    static Optional<Class<?>> unfinishedIn(Method method, Predicate<Class<?>> isAwaited) {
        Class<?> type = method.getReturnType();
        boolean unfinished = isUnfinished(type) || isOtherStage(type);
        return unfinished && !isAwaited.test(type)
                ? Optional.of(type)
                : partsOf(method.getGenericReturnType())
                        .flatMap(part -> unfinishedIn(part, new HashSet<>()))
                        .findFirst();
    }

    private static Stream<Class<?>> unfinishedIn(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return Stream.of();
        }
        if (rawType(type) instanceof Class<?> raw
                && (CompletionStage.class.isAssignableFrom(raw) || isUnfinished(raw))) {
            return Stream.of(raw);
        }
        return partsOf(type).flatMap(part -> unfinishedIn(part, seen));
    }

    private static @Nullable Type rawType(Type type) {
        return type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type;
    }

    /** Returns what a value of a type may hold. A class object holds nothing of the type that it stands for. */
    private static Stream<Type> partsOf(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return parameterized.getRawType() == Class.class
                    ? Stream.of()
                    : Arrays.stream(parameterized.getActualTypeArguments());
        }
        if (type instanceof WildcardType wildcard) {
            return Arrays.stream(wildcard.getUpperBounds());
        }
        if (type instanceof TypeVariable<?> variable) {
            return Arrays.stream(variable.getBounds());
        }
        if (type instanceof GenericArrayType array) {
            return Stream.of(array.getGenericComponentType());
        }
        return type instanceof Class<?> plain && plain.isArray() ? Stream.of(plain.getComponentType()) : Stream.of();
    }

    /** Returns the class of a value, or of the first one in it, if its work may go on; null if it is finished. */
    static @Nullable Class<?> unfinishedIn(@Nullable Object value) {
        Object part = value;
        for (int depth = 0; part != null && depth < 3; depth++) {
            if (part instanceof CompletionStage || isUnfinished(part.getClass())) {
                return part.getClass();
            }
            part = firstOf(part);
        }
        return null;
    }

    /**
     * Returns the first element of a container of the JDK, or the body of a response of Spring. Others may do anything
     * when someone asks for their content.
     */
    private static @Nullable Object firstOf(Object container) {
        try {
            if (container instanceof Optional<?> optional) {
                return optional.orElse(null);
            }
            if (container instanceof Object[] array) {
                return array.length == 0 ? null : Array.get(array, 0);
            }
            if (isA(container.getClass(), "org.springframework.http.HttpEntity")) {
                return container.getClass().getMethod("getBody").invoke(container);
            }
            if (!container.getClass().getName().startsWith("java.util.")) {
                return null;
            }
            Object content = container instanceof Map<?, ?> map ? map.values() : container;
            Iterator<?> elements = content instanceof Collection<?> collection ? collection.iterator() : null;
            return elements != null && elements.hasNext() ? elements.next() : null;
        } catch (RuntimeException | ReflectiveOperationException changedMeanwhileOrOtherVersion) {
            return null;
        }
    }

    /** Returns whether a value of a class may stand for work that goes on after its method has returned. */
    static boolean isUnfinished(Class<?> type) {
        return UNFINISHED.get(type);
    }

    private static boolean computeUnfinished(Class<?> type) {
        List<Class<?>> ancestors = ancestors(type).toList();
        if (CompletionStage.class.isAssignableFrom(type)
                || ancestors.stream()
                        .anyMatch(ancestor ->
                                IN_MEMORY.matcher(ancestor.getName()).matches())) {
            return false;
        }
        return Stream.of(Future.class, Iterator.class, Spliterator.class, Enumeration.class)
                        .anyMatch(kind -> kind.isAssignableFrom(type))
                || ancestors.stream().anyMatch(ReturnTypes::readsOn)
                || ancestors.stream().anyMatch(ancestor -> KNOWN.contains(ancestor.getName()))
                || isFunction(type, ancestors)
                || hasShapeOfWork(type);
    }

    private static boolean readsOn(Class<?> type) {
        return AutoCloseable.class.isAssignableFrom(type)
                && !type.getName().equals("java.io.Closeable") // A class of an application may have something to close.
                && READS_ON.matcher(type.getName()).matches();
    }

    /**
     * Accepts lambdas and the interfaces that they could implement. A class with a name may implement such an
     * interface.
     */
    private static boolean isFunction(Class<?> type, List<Class<?>> ancestors) {
        boolean lambda = type.isSynthetic() || (type.isAnonymousClass() && type.getSuperclass() == Object.class);
        if (lambda) {
            return ancestors.stream().anyMatch(ReturnTypes::isFunctional) || Iterable.class.isAssignableFrom(type);
        }
        return type.isInterface()
                && ancestors.stream().anyMatch(ReturnTypes::isFunctional)
                && Arrays.stream(type.getMethods())
                                .filter(method -> Modifier.isAbstract(method.getModifiers()) && !isOfObject(method))
                                .map(Method::getName)
                                .distinct()
                                .count()
                        == 1;
    }

    private static boolean isFunctional(Class<?> type) {
        return type.isAnnotationPresent(FunctionalInterface.class);
    }

    private static boolean isOfObject(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(of -> of.getName().equals(method.getName())
                        && Arrays.equals(of.getParameterTypes(), method.getParameterTypes()));
    }

    /** Accepts what observers subscribe to, and what takes a callback and tells whether it is done. */
    private static boolean hasShapeOfWork(Class<?> type) {
        try {
            Method[] methods = type.getMethods();
            return Arrays.stream(methods).anyMatch(ReturnTypes::takesObserver)
                    || (Arrays.stream(methods).anyMatch(ReturnTypes::takesCallback)
                            && Arrays.stream(methods).anyMatch(ReturnTypes::tellsItsState));
        } catch (LinkageError incomplete) {
            return false; // Of a library that is there in part.
        }
    }

    /** A parallel publisher takes an array of observers. */
    private static boolean takesObserver(Method method) {
        if (!method.getName().equals("subscribe") || method.getParameterCount() != 1) {
            return false;
        }
        Class<?> type = method.getParameterTypes()[0];
        Class<?> observer = type.isArray() ? type.getComponentType() : type;
        return Arrays.stream(observer.getMethods())
                .anyMatch(of -> of.getName().equals("onError")
                        && Arrays.equals(of.getParameterTypes(), new Class<?>[] {Throwable.class}));
    }

    private static boolean takesCallback(Method method) {
        return CALLBACK.matcher(method.getName()).matches()
                && method.getParameterCount() >= 1
                && Arrays.stream(method.getParameterTypes()).anyMatch(Class::isInterface);
    }

    private static boolean tellsItsState(Method method) {
        return STATE.matcher(method.getName()).matches()
                && method.getParameterCount() == 0
                && method.getReturnType() == boolean.class;
    }

    /** Returns whether it is a stage of its own kind, which a stage of ours could not replace. */
    private static boolean isOtherStage(Class<?> type) {
        return CompletionStage.class.isAssignableFrom(type) && !type.isAssignableFrom(CompletableFuture.class);
    }

    /** Returns whether a class is, extends or implements the type of that name. */
    static boolean isA(Class<?> type, String name) {
        return ANCESTORS.get(type).contains(name);
    }

    private static Stream<Class<?>> ancestors(Class<?> type) {
        Stream<Class<?>> parents =
                Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
        return Stream.concat(Stream.of(type), parents.flatMap(ReturnTypes::ancestors));
    }
}
