package io.github.filelocked.invoke;

import io.github.filelocked.FileLocked;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of an annotation: where it is found, what {@code ${...}} stands for, and how {@code #{...}} is
 * read. {@link #builtIn()} needs no library; a framework brings its own.
 *
 * <p><b>Thread safety.</b> An implementation must be safe for use by several threads.
 */
public interface FileLockedResolver {

    /**
     * Annotations as Java has them, system properties and the environment, and arguments by name or position.
     *
     * @return the resolver that needs no library
     */
    static FileLockedResolver builtIn() {
        return new BuiltInResolver();
    }

    /**
     * Returns the annotation that counts for a method: its own, or else its class's.
     *
     * @param method the method that runs
     * @param targetClass the class of the object that it runs on, or its declaring class
     * @return empty if the method is not to be locked
     * @throws IllegalArgumentException if the annotations contradict each other
     */
    Optional<FileLocked> annotation(Method method, Class<?> targetClass);

    /**
     * Returns the value of {@code ${name}}.
     *
     * @param name the name
     * @return null if there is no such property
     */
    @Nullable
    String property(String name);

    /**
     * Reads the inside of {@code #{...}}, once for a method.
     *
     * @param text the expression
     * @param method the method that it is about
     * @param parameterNames one name for each parameter
     * @return the expression
     * @throws IllegalArgumentException if it is not one; the message says why, and what is possible
     */
    Expression expression(String text, Method method, List<String> parameterNames);

    /**
     * Returns whether the adapter itself holds the lock until the work that such a value stands for has ended. A
     * {@link java.util.concurrent.CompletionStage} is awaited without that.
     *
     * @param returnType a method's return type, such as a reactive publisher
     * @return by default false, which has the method refused
     */
    default boolean awaits(Class<?> returnType) {
        return false;
    }

    /** An expression that is evaluated for each call. */
    @FunctionalInterface
    interface Expression {

        /**
         * Evaluates the expression.
         *
         * @param call the call, which has not proceeded
         * @return the value, whose {@code toString()} is put into the template; a {@link java.nio.file.Path} with which
         *     the template begins is kept as it is; null is rejected by the caller
         */
        @Nullable
        Object evaluate(FileLockedInvocation call);
    }
}
