package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ReflectionUtils;

/** Finds the annotated methods of a class, once for each class. */
final class LockedMethods {

    private static final ClassValue<Boolean> ASKS_FOR_LOCK = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> annotation) {
            return annotation == FileLocked.class
                    || MergedAnnotations.from(annotation).isPresent(FileLocked.class);
        }
    };

    /** A plain search that most classes end with; merging annotations would take many times as long. */
    private static final ClassValue<Boolean> ANNOTATED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return AnnotationUtils.isCandidateClass(type, FileLocked.class)
                    && (asksForLock(type.getDeclaredAnnotations())
                            || Arrays.stream(type.getDeclaredMethods())
                                    .anyMatch(method -> asksForLock(method.getDeclaredAnnotations()))
                            || Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
                                    .anyMatch(this::get));
        }
    };

    private final ClassValue<Set<Method>> methods = new ClassValue<>() {
        @Override
        protected Set<Method> computeValue(Class<?> type) {
            Set<Method> found = new LinkedHashSet<>();
            declared(type).filter(method -> isLocked(method, type)).forEach(found::add);
            return Collections.unmodifiableSet(found);
        }
    };

    private final SpringResolver resolver;
    private final boolean woven;

    LockedMethods(SpringResolver resolver, boolean woven) {
        this.resolver = resolver;
        this.woven = woven;
    }

    /** Tells whether the class, or what it extends or implements, has the annotation at any place. */
    static boolean existIn(Class<?> type) {
        return ANNOTATED.get(type);
    }

    Set<Method> of(Class<?> type) {
        return existIn(type) ? methods.get(type) : Set.of();
    }

    private static boolean asksForLock(Annotation[] annotations) {
        return Arrays.stream(annotations).anyMatch(annotation -> ASKS_FOR_LOCK.get(annotation.annotationType()));
    }

    /** Leaves out the generic methods that a method of another signature implements. */
    private static Stream<Method> declared(Class<?> type) {
        if (Proxy.isProxyClass(type)) {
            // Its own methods are all final; callers know those of the interfaces.
            return Arrays.stream(type.getInterfaces()).flatMap(each -> Arrays.stream(each.getMethods()));
        }
        return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type, ReflectionUtils.USER_DECLARED_METHODS))
                .map(method -> AopUtils.getMostSpecificMethod(method, type));
    }

    /**
     * With proxies, a class's annotation applies to the methods that are called from outside, not to private helpers.
     */
    private boolean isLocked(Method method, Class<?> type) {
        boolean itself = AnnotatedElementUtils.hasAnnotation(method, FileLocked.class);
        boolean helper = Modifier.isPrivate(method.getModifiers()) && !woven;
        return (itself || !helper) && resolver.isLocked(method, type);
    }
}
