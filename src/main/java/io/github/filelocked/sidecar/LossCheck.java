package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a lock that is held by this process's account is held by the kernel's account, too. {@code FileLock.isValid()}
 * cannot tell: on POSIX systems the kernel drops a lock when any descriptor of its file is closed, and tells nobody.
 */
final class LossCheck {

    private static final Path PROC_LOCKS = Path.of("/proc/locks");

    /** The list comes in pieces, and an entry may slip from one into another, already read, while locks come and go. */
    private static final int LOOKS = 10;

    private LossCheck() {}

    /** What has become of a lock, for the message; null if nothing speaks against it. */
    static @Nullable String loss(Sidecar sidecar, KernelLock held, boolean withKernelList) throws IOException {
        Object inode;
        try {
            inode = sidecar.identifyExisting();
        } catch (LockRefusedException noFile) {
            return "something else than a file is at its path";
        }
        if (!held.inode().equals(inode)) {
            return "it was deleted or replaced, or its directory was renamed";
        }
        return !withKernelList || isListed(sidecar.path(), held.isShared())
                ? null
                : "the kernel has dropped the lock, as it does when code of this process closes any other descriptor of"
                        + " the sidecar (a backup or a search that reads *.lock files)";
    }

    /** Also true where the system has no list ({@code proc_locks(5)}, Linux). */
    private static boolean isListed(Path sidecar, boolean shared) throws IOException {
        if (!Files.isReadable(PROC_LOCKS)) {
            return true;
        }
        Object number = Files.getAttribute(sidecar, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        String owner = " " + ProcessHandle.current().pid() + " ";
        String mode = shared ? " READ " : " WRITE ";
        // Without the device, which Btrfs and overlays name otherwise here than stat(2) does.
        String lockByte = ":" + number + " " + KernelLock.LOCK + " " + KernelLock.LOCK;
        for (int look = 0; look < LOOKS; look++) {
            if (anyLock(line -> line.endsWith(lockByte)
                    && line.contains(owner)
                    && line.contains(mode)
                    && line.contains(" POSIX ")
                    && !line.contains("->"))) { // That one waits.
                return true;
            }
        }
        return false;
    }

    /** By a stream, since an interrupt would close a channel. */
    private static boolean anyLock(Predicate<String> wanted) throws IOException {
        try (BufferedReader locks = new BufferedReader(
                new InputStreamReader(new FileInputStream(PROC_LOCKS.toFile()), StandardCharsets.US_ASCII))) {
            return locks.lines().anyMatch(wanted);
        }
    }
}
