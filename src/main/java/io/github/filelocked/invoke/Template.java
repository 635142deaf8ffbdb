package io.github.filelocked.invoke;

import java.io.Serial;
import java.lang.reflect.Method;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text with {@code ${property:default}} and {@code #{expression}}. Bare {@code #}, {@code $} and quotes are literal.
 * It is read once, left to right, so that a value is never read as a template. All failures are {@link
 * IllegalArgumentException}s that quote the template.
 */
final class Template {

    /** A piece of the text, which is made for each call. */
    private record Part(Kind kind, String source, Function<FileLockedInvocation, TemplateValue> value) {

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

    /** Reads the template of a path, whose own text must not look like a placeholder. */
    static Template parsePath(String source, FileLockedResolver resolver, Method method, List<String> parameterNames) {
        Template template = parse(source, resolver, method, parameterNames);
        for (Part part : template.parts) {
            if (part.isLiteral()) {
                try {
                    PathLookalikes.refuseNames(part.source, parameterNames);
                } catch (IllegalArgumentException lookalike) {
                    throw template.wrong(String.valueOf(lookalike.getMessage()), null);
                }
            }
        }
        return template;
    }

    /** Returns whether it is the same text at each call. */
    boolean isLiteral() {
        return parts.stream().allMatch(Part::isLiteral);
    }

    boolean hasExpressions() {
        return parts.stream().anyMatch(Part::isExpression);
    }

    /** Returns the text for a call. */
    String toText(FileLockedInvocation call) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.value.apply(call).text());
        }
        return text.toString();
    }

    /** Returns the path for a call; see {@link PathText}. */
    Path toPath(FileLockedInvocation call, String lockFileSuffix) {
        try {
            PathText path = new PathText(lockFileSuffix);
            for (int i = 0; i < parts.size(); i++) {
                TemplateValue value = parts.get(i).value.apply(call);
                switch (parts.get(i).kind) {
                    case LITERAL -> path.addLiteral(value.text(), i == 0);
                    case PROPERTY -> path.addProperty(value.text());
                    case EXPRESSION -> path.addValue(value, i == 0);
                }
            }
            return path.toPath();
        } catch (InvalidPathException invalid) {
            throw wrong("gives an invalid path: " + invalid.getMessage(), invalid);
        } catch (WrongTemplate already) {
            throw already;
        } catch (IllegalArgumentException refused) {
            throw wrong(String.valueOf(refused.getMessage()), null);
        }
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            TemplateValue literal = new TemplateValue(text, null);
            parts.add(new Part(Kind.LITERAL, text, call -> literal));
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
        parts.add(new Part(Kind.PROPERTY, inner, call -> {
            String value = resolver.property(name);
            if (value == null && fallback == null) {
                throw wrong(
                        "needs ${" + name + "}, which is not set as a property or in the environment; set it, or give a"
                                + " default as in ${" + name + ":default}",
                        null);
            }
            return new TemplateValue(
                    value != null || fallback == null ? String.valueOf(value) : fallback.toText(call), null);
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
        parts.add(new Part(Kind.EXPRESSION, inner, call -> {
            try {
                return TemplateValue.of(expression.evaluate(call));
            } catch (RuntimeException failed) {
                throw wrong("needs " + quoted + ", " + failed.getMessage(), failed);
            }
        }));
    }

    private static int nextOpen(String text, int from) {
        for (int i = from; i < text.length() - 1; i++) {
            if ((text.charAt(i) == '$' || text.charAt(i) == '#') && text.charAt(i + 1) == '{') {
                return i;
            }
        }
        return text.length();
    }

    /** Finds the closing brace. In an expression, braces between quotes are text; in a default, the quotes are. */
    private int matchingBrace(int open) {
        boolean expression = source.charAt(open - 1) == '#';
        char quote = 0;
        int depth = 0;
        for (int i = open; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (expression && (c == '\'' || c == '"')) {
                quote = c;
            } else {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            }
            if (depth == 0) {
                return i;
            }
        }
        throw wrong(
                quote == 0 ? "has a { that is never closed" : "has a " + quote + " in #{...} that is never closed",
                null);
    }

    private WrongTemplate wrong(String problem, @Nullable Throwable cause) {
        return new WrongTemplate("\"" + source + "\" " + problem, cause);
    }

    /** A failure whose message quotes the template already. */
    private static final class WrongTemplate extends IllegalArgumentException {

        @Serial
        private static final long serialVersionUID = 1L;

        WrongTemplate(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
