package io.github.filelocked;

/** The behaviour of a call if others hold the lock for the whole timeout. */
public enum OnBusy {

    /** Throws {@link io.github.filelocked.lock.LockNotAcquiredException}. The default. */
    FAIL,

    /**
     * Leaves the body out and returns {@code null}, {@link java.util.Optional#empty()}, or a completed stage with
     * {@code null}, as the return type has it. Refused on a method that returns a primitive value, which could not
     * tell.
     */
    SKIP
}
