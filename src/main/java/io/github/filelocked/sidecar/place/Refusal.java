package io.github.filelocked.sidecar.place;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/** The meaning of a failed system call for a user: the kind of cause, and the fix. */
public final class Refusal {

    private Refusal() {}

    /** Loads this class. */
    static void prepare() {}

    /**
     * Returns the kind of cause of a failure at a sidecar. The JDK has types for few of the system's errors, and gives
     * the others as a text in the user's language; so the file store is asked as well.
     *
     * @param directory the sidecar's directory, which need not exist
     */
    public static Reason reasonOf(Exception failure, Path directory) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof AccessDeniedException || text.contains("operation not permitted")) {
            return Reason.NOT_PERMITTED;
        }
        if (text.contains("no space left") || text.contains("quota exceeded") || text.contains("not enough space")) {
            return Reason.NO_SPACE;
        }
        if (text.contains("name too long")) {
            return Reason.NAME_TOO_LONG;
        }
        if (failure instanceof ReadOnlyFileSystemException || text.contains("read-only file system")) {
            return Reason.READ_ONLY;
        }
        return reasonOfStore(directory);
    }

    private static Reason reasonOfStore(Path directory) {
        try {
            var store = Files.getFileStore(NetworkFileSystems.nearestExisting(directory));
            if (store.isReadOnly()) {
                return Reason.READ_ONLY;
            }
            // A store without a size, such as /proc, has no space and needs none.
            return store.getTotalSpace() > 0 && store.getUsableSpace() == 0 ? Reason.NO_SPACE : Reason.OTHER;
        } catch (IOException | RuntimeException unknown) {
            return Reason.OTHER;
        }
    }

    /** Returns the fix for a full disk, to follow the failure in a message. */
    public static String fixOfNoSpace(String lockDirectoryOption) {
        return "; free some space or inodes there, raise the quota, or use the option " + lockDirectoryOption;
    }

    /**
     * Creates the exception for a lock call that the system denies (EACCES), which the JDK calls "busy": there is no
     * holder, and waiting does not help (I25).
     */
    public static LockRefusedException locksNotPermitted(LockTarget target, Path lockFile, String lockDirectoryOption) {
        return new LockRefusedException(
                Reason.NOT_PERMITTED,
                "cannot lock " + target.resource()
                        + ": locks are not permitted here: the system denies the lock call on "
                        + lockFile
                        + ", although it is free (EACCES); a seccomp filter, a security module such as AppArmor"
                        + " or SELinux, or the file system (some FUSE ones) forbids fcntl locks; allow them"
                        + " (AppArmor: the"
                        + " permission \"k\" for the lock files; seccomp: fcntl with F_SETLK and F_SETLKW), or use"
                        + " the option"
                        + " " + lockDirectoryOption + " with a directory where locks are permitted");
    }
}
