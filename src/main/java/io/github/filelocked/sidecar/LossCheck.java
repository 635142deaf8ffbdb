package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.sidecar.diagnosis.KernelLockList;
import io.github.filelocked.sidecar.diagnosis.KernelLockList.Entry;
import io.github.filelocked.sidecar.diagnosis.KernelLockList.Kind;
import io.github.filelocked.sidecar.kernel.KernelLock;
import org.jspecify.annotations.Nullable;

/**
 * The checks that tell whether a lock is still in force, on proof only (I24). Neither costs the lock: a check that
 * fails finds no loss.
 */
final class LossCheck {

    /** An entry may slip from one piece of the list into another, already read, while locks come and go. */
    private static final int LOOKS = 10;

    private LossCheck() {}

    /**
     * Compares the file at the lock file's path with the one that was locked, by one {@code lstat}.
     *
     * @param inode the key of the locked file
     * @return what has become of the lock file, for a message; null if it is there, or cannot be looked at
     */
    static @Nullable String fileLoss(Sidecar sidecar, Object inode) {
        try {
            return inode.equals(sidecar.identifyExisting())
                    ? null
                    : "it was deleted or replaced, or its directory was renamed";
        } catch (LockRefusedException noFile) {
            return "something else than a file is at its path";
        } catch (Throwable unknown) {
            return null; // Such as a directory that is not readable any more, which takes no lock away.
        }
    }

    /**
     * Returns whether the kernel's list shows this process's lock. The option asks it after the acquisition: in a pid
     * namespace, with a masked {@code /proc}, and on FUSE file systems that keep locks to themselves, the list never
     * does. Locks of open file descriptions have no process in the list, so it never shows them as ours; they are not
     * dropped either.
     *
     * @param inode the key of the locked file
     * @param shared whether the lock is shared
     */
    static boolean isListed(Object inode, boolean shared) {
        long self = KernelLockList.self();
        for (int look = 0; look < LOOKS; look++) {
            for (Entry holder : KernelLockList.of(inode).holders(KernelLock.LOCK)) {
                if (holder.kind() == Kind.POSIX && holder.pid() == self && holder.shared() == shared) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Looks for the lock in the kernel's list. {@code FileLock.isValid()} cannot tell: on POSIX systems the kernel
     * drops a lock when any descriptor of its file is closed, without a word.
     *
     * @param inode the key of the locked file
     * @param shared whether the lock is shared
     * @param wasListed what {@link #isListed} said after the acquisition
     * @return what has become of the lock, for a message; null if it is there, or the list never showed it
     */
    static @Nullable String kernelLoss(Object inode, boolean shared, boolean wasListed) {
        return !wasListed || isListed(inode, shared)
                ? null
                : "the kernel has dropped the lock, as it does when code of this process closes any other descriptor of"
                        + " the lock file (a backup or a search that reads *.lock files)";
    }
}
