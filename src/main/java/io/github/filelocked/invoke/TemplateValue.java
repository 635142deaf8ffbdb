package io.github.filelocked.invoke;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The value of one expression of a template.
 *
 * @param text the value as text
 * @param path the value itself if it is a path, because text may lose bytes of a path's name
 */
record TemplateValue(String text, @Nullable Path path) {

    private static final String SPRING_RESOURCE = "org.springframework.core.io.Resource";

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if the value has no text that could be part of a path or of a duration
     */
    static TemplateValue of(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("which is null in this call");
        }
        refuseOtherKinds(value);
        String text = value.toString();
        if (text == null) {
            throw new IllegalArgumentException("which is null in this call");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("which is " + (text.isEmpty() ? "empty" : "blank") + " in this call");
        }
        if (text.equals(value.getClass().getName() + "@" + Integer.toHexString(value.hashCode()))) {
            throw new IllegalArgumentException("whose type " + value.getClass().getTypeName()
                    + " has no toString() of its own and so would lock another path each time");
        }
        return new TemplateValue(text, value instanceof Path path ? path : value instanceof File f ? f.toPath() : null);
    }

    /** Rejects values whose text looks like a path and is not one. */
    private static void refuseOtherKinds(Object value) {
        String cure = value instanceof URI
                ? "write Path.of(uri) and pass that"
                : value instanceof URL
                        ? "write Path.of(url.toURI()) and pass that"
                        : ReturnTypes.isA(value.getClass(), SPRING_RESOURCE)
                                ? "pass resource.getFile().toPath()"
                                : value instanceof Optional || value instanceof Collection || value instanceof Map
                                        ? "pass its content"
                                        : null;
        if (cure != null) {
            throw new IllegalArgumentException(
                    "whose type " + value.getClass().getTypeName() + " is not a path; " + cure);
        }
    }

    /** Returns whether a path's text stands for another file than the path does, or for none of this machine. */
    boolean losesItsPath() {
        return path != null && (isForeign() || !Path.of(text).equals(path));
    }

    /** Rejects a path that cannot be one part of a longer text. */
    void refuseUnlessText() {
        if (losesItsPath()) {
            throw new IllegalArgumentException("has an expression whose path \"" + text + "\" "
                    + (isForeign()
                            ? "is one of another file system"
                            : "has a name that cannot be written as text in this locale")
                    + "; let the template begin with the expression, followed by a separator or by nothing");
        }
    }

    private boolean isForeign() {
        return path != null && !path.getFileSystem().equals(FileSystems.getDefault());
    }
}
