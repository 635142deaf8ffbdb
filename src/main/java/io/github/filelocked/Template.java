package io.github.filelocked;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text with {@code ${property:default}} and {@code #{expression}}; bare {@code #}, {@code $} and quotes are literal.
 * Read once, left to right, so that a value is never read as a template. All failures are {@link
 * IllegalArgumentException}s that quote the template.
 */
final class Template {

    /** A piece of text to be made for each call. */
    private record Part(String text, boolean isExpression, Expression expression) {}

    private final String source;
    private final List<Part> parts = new ArrayList<>();

    private Template(String source) {
        this.source = source;
    }

    /** Reads a template whose expressions are about a method with these parameters. */
    static Template parse(String source, List<String> parameterNames) {
        Template template = new Template(source);
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
                template.addProperty(inner, parameterNames);
            } else {
                template.parts.add(new Part(inner, true, template.expression(inner, parameterNames)));
            }
            from = close + 1;
        }
        return template;
    }

    /** The text for a call with these arguments. */
    String toText(@Nullable Object[] arguments) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.expression.evaluate(arguments));
        }
        return text.toString();
    }

    /**
     * The path for a call with these arguments. What follows the first {@code #{...}} is normalised without looking at the
     * file system, and must stay below the directory that the text before it names.
     */
    Path toPath(@Nullable Object[] arguments) {
        StringBuilder text = new StringBuilder();
        int fixed = -1;
        for (Part part : parts) {
            if (part.isExpression && fixed < 0) {
                fixed = text.length();
            }
            text.append(part.expression.evaluate(arguments));
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
        if (below.isAbsolute() || below.startsWith("..") || below.toString().isEmpty()) {
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
            parts.add(new Part(text, false, arguments -> text));
        }
    }

    private void addProperty(String inner, List<String> parameterNames) {
        int colon = inner.indexOf(':');
        String name = (colon < 0 ? inner : inner.substring(0, colon)).strip();
        if (name.isEmpty() || name.contains("${") || name.contains("#{")) {
            throw wrong("has a ${...} without a plain name", null);
        }
        Template fallback = colon < 0 ? null : parse(inner.substring(colon + 1), parameterNames);
        if (fallback != null && fallback.parts.stream().anyMatch(Part::isExpression)) {
            throw wrong("has a #{...} inside a default of ${...}; put it beside", null);
        }
        parts.add(new Part(
                inner,
                false,
                arguments -> property(name)
                        .or(() -> Optional.ofNullable(fallback).map(text -> text.toText(arguments)))
                        .orElseThrow(() -> wrong(
                                "needs ${" + name
                                        + "}, which is neither a system property nor an environment variable; set it, or give"
                                        + " a default as in ${" + name + ":default}",
                                null))));
    }

    private static Optional<String> property(String name) {
        return Optional.ofNullable(System.getProperty(name)).or(() -> Optional.ofNullable(System.getenv(name)));
    }

    private Expression expression(String inner, List<String> parameterNames) {
        return Expression.parse(inner.strip(), parameterNames, problem -> wrong(problem, null));
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
