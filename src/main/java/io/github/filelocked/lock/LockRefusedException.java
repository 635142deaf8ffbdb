package io.github.filelocked.lock;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The resource cannot be locked at all, now or later, until someone fixes the cause: a bad path, a lock file that is
 * not a regular file, no permission, a full disk, an exclusive lock wanted inside a shared one. Nothing is held, and
 * nothing was run. {@link #reason()} tells the kind of cause, and the message its fix.
 */
public final class LockRefusedException extends FileLockingException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The kinds of causes. More may come. */
    public enum Reason {

        /** The thread holds the resource shared, and wants it exclusively. */
        UPGRADE,

        /** The system permits neither opening or creating the lock file, nor locking it. */
        NOT_PERMITTED,

        /** The lock file would be on a read-only file system. */
        READ_ONLY,

        /** The disk or the quota has no space for the lock file. */
        NO_SPACE,

        /** The lock file's path belongs to a directory, a link, or another file that is not regular. */
        NOT_A_REGULAR_FILE,

        /** {@link NetworkPolicy#REFUSE}: the lock file would be on a network file system. */
        NETWORK_FILE_SYSTEM,

        /** {@link NetworkPolicy#REFUSE}: it is unknown how locks work on the lock file's file system. */
        UNKNOWN_FILE_SYSTEM,

        /** The path is empty, cannot be resolved, or is not one of this machine's files. */
        BAD_PATH,

        /** The name of the lock file is longer than its file system allows. */
        NAME_TOO_LONG,

        /** The resource is a directory and was given as a file, or the other way round. */
        WRONG_TYPE,

        /** The resource is itself a lock file in use, or its lock file is a resource in use. */
        IN_USE_AS_LOCK_FILE,

        /** Other code of this JVM has locked the lock file. */
        FOREIGN_LOCK,

        /** Two resources have one lock file, joined by a hard link. */
        HARD_LINKED,

        /** The application shuts down. */
        SHUTTING_DOWN,

        /** An annotation cannot be honoured. */
        BAD_ANNOTATION,

        /** Any other cause. */
        OTHER
    }

    private final Reason reason;

    /**
     * Creates an exception without an underlying failure.
     *
     * @param reason the kind of cause
     * @param message what is rejected, with the path and the fix
     */
    public LockRefusedException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * Creates an exception with an underlying failure.
     *
     * @param reason the kind of cause
     * @param message what is rejected, with the path and the fix
     * @param cause the failure, or null
     */
    public LockRefusedException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Creates an exception of {@link Reason#OTHER} without an underlying failure.
     *
     * @param message what is rejected, with the path and the fix
     */
    public LockRefusedException(String message) {
        this(Reason.OTHER, message, null);
    }

    /**
     * Creates an exception of {@link Reason#OTHER} with an underlying failure.
     *
     * @param message what is rejected, with the path and the fix
     * @param cause the failure, or null
     */
    public LockRefusedException(String message, @Nullable Throwable cause) {
        this(Reason.OTHER, message, cause);
    }

    /**
     * Returns the kind of cause, for programs that react to it.
     *
     * @return the reason; it survives serialization
     */
    public Reason reason() {
        return reason;
    }
}
