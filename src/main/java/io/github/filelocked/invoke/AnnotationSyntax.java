package io.github.filelocked.invoke;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of the annotation's texts, for tools that read an annotation without its method, such as a compiler's
 * annotation processor. It needs nothing but the JDK, and accepts exactly what a call accepts.
 */
public final class AnnotationSyntax {

    /** Templates pass a method to their resolver; the resolver below ignores it. */
    private static final Method ANY_METHOD = FileLockedResolver.class.getMethods()[0];

    private AnnotationSyntax() {}

    /**
     * Parses a path template. A path that only Windows understands is accepted on each system, since the program may
     * run on another one than its compiler.
     *
     * @param template one element of {@link FileLocked#value()}
     * @param parameterNames the names of the method's parameters, which the template must not mention outside {@code
     *     #{...}}; empty if they are not known
     * @return the text inside each {@code #{...}}, in order
     * @throws IllegalArgumentException if every call would reject the template; the message quotes it and says why
     */
    public static List<String> pathExpressions(String template, List<String> parameterNames) {
        if (template.isBlank()) {
            throw new IllegalArgumentException("\"" + template + "\" gives an empty path; write the path to lock");
        }
        ExpressionCollector collector = new ExpressionCollector();
        if (Template.parsePath(template, collector, ANY_METHOD, parameterNames).isLiteral()) {
            PathLookalikes.refuseOnEachSystem(template);
        }
        return List.copyOf(collector.expressions);
    }

    /**
     * Parses a timeout.
     *
     * @param template the {@link FileLocked#timeout()}
     * @return the text inside each {@code #{...}}, in order
     * @throws IllegalArgumentException if every call would reject the timeout; the message quotes it and says why
     */
    public static List<String> timeoutExpressions(String template) {
        ExpressionCollector collector = new ExpressionCollector();
        if (Template.parse(template, collector, ANY_METHOD, List.of()).isLiteral()) {
            Timeout.parse(template, FileLocks.NO_LIMIT);
        }
        return List.copyOf(collector.expressions);
    }

    private static final class ExpressionCollector implements FileLockedResolver {

        private final List<String> expressions = new ArrayList<>();

        @Override
        public Expression expression(String text, Method method, List<String> parameterNames) {
            expressions.add(text);
            return call -> null;
        }

        @Override
        public @Nullable String property(String name) {
            return null;
        }

        @Override
        public Optional<FileLocked> annotation(Method method, Class<?> targetClass) {
            return Optional.empty();
        }
    }
}
