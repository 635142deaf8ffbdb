package io.github.filelocked.invoke;

import io.github.filelocked.FileLocked;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The resolver that needs no other library. */
final class BuiltInResolver implements FileLockedResolver {

    private static final Pattern POSITION = Pattern.compile("#[pa](\\d{1,3})");

    @Override
    public Optional<FileLocked> annotation(Method method, Class<?> targetClass) {
        return annotationOf(method).or(() -> annotationOf(method.getDeclaringClass()));
    }

    @Override
    public @Nullable String property(String name) {
        String property = System.getProperty(name);
        return property != null ? property : System.getenv(name);
    }

    /** Reads {@code #name}, {@code #p0} or {@code #a0}, as SpEL would. */
    @Override
    public Expression expression(String text, Method method, List<String> parameterNames) {
        Matcher byPosition = POSITION.matcher(text);
        int named = parameterNames.indexOf(text.startsWith("#") ? text.substring(1) : "");
        int index = named < 0 && byPosition.matches() ? Integer.parseInt(byPosition.group(1)) : named;
        if (index < 0 || index >= parameterNames.size()) {
            throw new IllegalArgumentException("which is not known here: write # and the name of a parameter, one of "
                    + parameterNames + ", or #p0, #p1 ... for its position (names need a class that javac compiled with"
                    + " -parameters or -g, or Kotlin with -java-parameters" + hintOf(method) + ")");
        }
        return call -> call.arguments()[index];
    }

    /**
     * Helps with Kotlin's value classes: a function that takes one has a hash in its name, and no name for the
     * parameter.
     */
    private static String hintOf(Method method) {
        return method.getName().contains("-") ? "; for a parameter of a value class write #p0" : "";
    }

    private static Optional<FileLocked> annotationOf(AnnotatedElement element) {
        FileLocked direct = element.getAnnotation(FileLocked.class);
        if (direct != null) {
            return Optional.of(direct);
        }
        List<FileLocked> composed = Arrays.stream(element.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(FileLocked.class))
                .filter(Objects::nonNull)
                .toList();
        if (composed.size() > 1) {
            throw new IllegalArgumentException("has " + composed.size() + " composed annotations; leave one");
        }
        return composed.stream().findFirst();
    }
}
