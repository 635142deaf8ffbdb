package io.github.filelocked.invoke;

import java.io.File;
import java.lang.reflect.Method;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text with {@code ${property:default}} and {@code #{expression}}; bare {@code #}, {@code $} and quotes are literal.
 * Read once, left to right, so that a value is never read as a template. All failures are {@link
 * IllegalArgumentException}s that quote the template.
 */
final class Template {

    /** A piece of the text, to be made for each call. */
    private record Part(Kind kind, Function<FileLockedInvocation, String> text) {

        boolean isLiteral() {
            return kind == Kind.LITERAL;
        }

        boolean isExpression() {
            return kind == Kind.EXPRESSION;
        }
    }

    private enum Kind {
        LITERAL,
        PROPERTY,
        EXPRESSION
    }

    private final String source;
    private final FileLockedResolver resolver;
    private final List<Part> parts = new ArrayList<>();

    private Template(String source, FileLockedResolver resolver) {
        this.source = source;
        this.resolver = resolver;
    }

    /** Reads a template whose expressions are about a method with these parameters. */
    static Template parse(String source, FileLockedResolver resolver, Method method, List<String> parameterNames) {
        Template template = new Template(source, resolver);
        int from = 0;
        while (from < source.length()) {
            int open = nextOpen(source, from);
            template.addText(source.substring(from, open));
            if (open == source.length()) {
                break;
            }
            int close = template.matchingBrace(open + 1);
            String inner = source.substring(open + 2, close);
            if (source.charAt(open) == '$') {
                template.addProperty(inner, method, parameterNames);
            } else {
                template.addExpression(inner.strip(), method, parameterNames);
            }
            from = close + 1;
        }
        return template;
    }

    /** Whether it is the same text at each call. */
    boolean isLiteral() {
        return parts.stream().allMatch(Part::isLiteral);
    }

    boolean hasExpressions() {
        return parts.stream().anyMatch(Part::isExpression);
    }

    /** The text for a call. */
    String toText(FileLockedInvocation call) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.text.apply(call));
        }
        return text.toString();
    }

    /**
     * The path for a call. What follows the first {@code #{...}} is normalised without looking at the file system, and must
     * stay below the directory that the text before it names.
     */
    Path toPath(FileLockedInvocation call) {
        StringBuilder text = new StringBuilder();
        int fixed = -1;
        for (Part part : parts) {
            if (part.isExpression() && fixed < 0) {
                fixed = text.length();
            }
            text.append(part.text.apply(call));
        }
        try {
            return fixed <= 0 ? Path.of(nonEmpty(text.toString())) : confined(text.toString(), fixed);
        } catch (InvalidPathException invalid) {
            throw wrong("gives an invalid path: " + invalid.getMessage(), invalid);
        }
    }

    private Path confined(String text, int fixed) {
        String fixedText = text.substring(0, fixed);
        int split = Math.max(fixedText.lastIndexOf('/'), fixedText.lastIndexOf(File.separatorChar)) + 1;
        String directory = text.substring(0, split);
        int name = split;
        while (name < text.length() && (text.charAt(name) == '/' || text.charAt(name) == File.separatorChar)) {
            name++;
        }
        Path below = Path.of(text.substring(name)).normalize();
        if (below.getRoot() != null
                || below.startsWith("..")
                || below.toString().isEmpty()) {
            throw wrong(
                    "gives \"" + text + "\", which is not inside the directory \""
                            + (directory.isEmpty() ? "." : directory)
                            + "\" that its fixed part names; check the argument",
                    null);
        }
        return Path.of(directory).resolve(below);
    }

    private String nonEmpty(String text) {
        if (text.isBlank()) {
            throw wrong("gives an empty path", null);
        }
        return text;
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            parts.add(new Part(Kind.LITERAL, call -> text));
        }
    }

    private void addProperty(String inner, Method method, List<String> parameterNames) {
        int colon = inner.indexOf(':');
        String name = (colon < 0 ? inner : inner.substring(0, colon)).strip();
        if (name.isEmpty() || name.contains("${") || name.contains("#{")) {
            throw wrong("has a ${...} without a plain name", null);
        }
        Template fallback = colon < 0 ? null : parse(inner.substring(colon + 1), resolver, method, parameterNames);
        if (fallback != null && fallback.hasExpressions()) {
            throw wrong("has a #{...} inside a default of ${...}; put it beside", null);
        }
        parts.add(new Part(Kind.PROPERTY, call -> {
            String value = resolver.property(name);
            if (value == null && fallback == null) {
                throw wrong(
                        "needs ${" + name + "}, which is not set as a property or in the environment; set it, or give a"
                                + " default as in ${" + name + ":default}",
                        null);
            }
            return value != null || fallback == null ? String.valueOf(value) : fallback.toText(call);
        }));
    }

    private void addExpression(String inner, Method method, List<String> parameterNames) {
        String quoted = "#{" + inner + "}";
        FileLockedResolver.Expression expression;
        try {
            expression = resolver.expression(inner, method, parameterNames);
        } catch (RuntimeException unreadable) {
            throw wrong("has " + quoted + ", " + unreadable.getMessage(), unreadable);
        }
        parts.add(new Part(Kind.EXPRESSION, call -> {
            try {
                return textOf(expression.evaluate(call));
            } catch (RuntimeException failed) {
                throw wrong("needs " + quoted + ", " + failed.getMessage(), failed);
            }
        }));
    }

    private static String textOf(@Nullable Object value) {
        String text = value == null ? null : value.toString();
        if (value == null || text == null) {
            throw new IllegalArgumentException("which is null in this call");
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("which is empty in this call");
        }
        if (text.equals(value.getClass().getName() + "@" + Integer.toHexString(value.hashCode()))) {
            throw new IllegalArgumentException("whose type " + value.getClass().getTypeName()
                    + " has no toString() of its own and so would lock another path each time");
        }
        return text;
    }

    private static int nextOpen(String text, int from) {
        for (int i = from; i < text.length() - 1; i++) {
            if ((text.charAt(i) == '$' || text.charAt(i) == '#') && text.charAt(i + 1) == '{') {
                return i;
            }
        }
        return text.length();
    }

    private int matchingBrace(int open) {
        int depth = 0;
        for (int i = open; i < source.length(); i++) {
            char c = source.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw wrong("has a { that is never closed", null);
    }

    private IllegalArgumentException wrong(String problem, @Nullable Throwable cause) {
        return new IllegalArgumentException("\"" + source + "\" " + problem, cause);
    }
}
