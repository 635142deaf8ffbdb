package io.github.filelocked.lock;

import java.util.Objects;

/**
 * Where a wish for locks comes from. Unlike the paths, of which there may be any number, there are as many origins as
 * there are annotated methods, so that meters can tell them apart.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param operation what the locks are for, as shown to those who wait for them: a method's name, or empty
 * @param expression the paths as the annotation has them, such as {@code ${dir}/#{#user}.csv}, or empty
 */
public record LockOrigin(String operation, String expression) {

    /** Of programs that acquire locks without an annotation. */
    public static final LockOrigin NONE = new LockOrigin("", "");

    /**
     * An origin of both parts.
     *
     * @param operation what the locks are for, or empty
     * @param expression the paths as the annotation has them, or empty
     * @throws NullPointerException if a part is null
     */
    public LockOrigin {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(expression, "expression");
    }

    /**
     * Returns an origin without an annotation.
     *
     * @param operation what the locks are for
     * @return the origin
     */
    public static LockOrigin of(String operation) {
        return new LockOrigin(operation, "");
    }
}
