package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar as a file: looked at, created and opened without ever following a link, truncating, or blocking on
 * something that is not a regular file. To be used by the holder of the JVM's claim alone.
 */
record Sidecar(Path path, @Nullable Set<PosixFilePermission> permissions) {

    /**
     * Which file is at the path now; it is created, with its parent directories, if there is none. It is created closed,
     * and opened afterwards like any other, so that whatever came to be at the path in between is looked at as well.
     *
     * @return a key that no other existing file has
     */
    Object identify() throws IOException {
        Object inode = identifyExisting();
        while (inode == null) {
            create();
            inode = identifyExisting();
        }
        return inode;
    }

    /** As {@link #identify()}, but null if there is none. */
    @Nullable
    Object identifyExisting() throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            return null;
        }
        if (!attributes.isRegularFile()) {
            String kind = attributes.isDirectory()
                    ? "a directory"
                    : attributes.isSymbolicLink() ? "a symbolic link" : "not a regular file";
            throw new LockRefusedException(
                    Reason.NOT_A_REGULAR_FILE,
                    "the sidecar " + path + " is " + kind
                            + ": it would not be safe to lock; remove it, or choose another lock directory");
        }
        Object inode = attributes.fileKey();
        return inode != null ? inode : path; // Windows tells no inode, but keeps an open file at its path.
    }

    Path directory() {
        return Objects.requireNonNull(path.getParent(), "a sidecar is never a root directory");
    }

    FileChannel open() throws IOException {
        // For writing as well, which an exclusive record lock needs; and opening a FIFO for both never blocks on Linux.
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private void create() throws IOException {
        Files.createDirectories(directory());
        try {
            if (permissions == null) {
                Files.createFile(path);
            } else {
                createWith(permissions, directory().resolve(".filelocked-" + UUID.randomUUID()));
            }
        } catch (FileAlreadyExistsException another) {
            // Another process was faster, which is as good.
        }
    }

    /**
     * The permissions that {@code open(2)} is given are cut by the umask, so they must be set afterwards; doing that at
     * the path could follow a link, and would close a descriptor of the sidecar. Hence a file of our own becomes the
     * sidecar when it is finished: a hard link is made only if nothing is at the path.
     */
    private void createWith(Set<PosixFilePermission> wanted, Path draft) throws IOException {
        try {
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            finish(draft, wanted);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void finish(Path draft, Set<PosixFilePermission> wanted) throws IOException {
        try {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(draft, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (view == null) {
                throw new UnsupportedOperationException("no POSIX permissions here");
            }
            view.setPermissions(wanted);
            Files.createLink(path, draft);
        } catch (FileAlreadyExistsException another) {
            throw another;
        } catch (FileSystemException | UnsupportedOperationException failure) { // FAT says EPERM to a link.
            throw new LockRefusedException(
                    Refusal.reasonOf(failure, directory()),
                    "cannot give the sidecar " + path + " its permissions: " + failure
                            + "; if the file system has no POSIX permissions or no hard links, leave out the option"
                            + " lockFilePermissions, or choose another lock directory",
                    failure);
        }
    }

    /** What to tell a user about a failure at this sidecar. */
    LockRefusedException refusal(LockTarget target, IOException failure) {
        Reason reason = Refusal.reasonOf(failure, directory());
        String cure = reason == Reason.NO_SPACE
                ? Refusal.fixOfNoSpace()
                : failure instanceof AccessDeniedException ? cureOfNoAccess() : cureOfReadOnly();
        return new LockRefusedException(
                reason,
                "cannot lock " + target.resource() + ": no use of its sidecar " + path + ": " + failure + cure,
                failure);
    }

    private String cureOfReadOnly() {
        try {
            boolean readOnly = Files.getFileStore(NetworkFileSystems.nearestExisting(directory()))
                    .isReadOnly();
            return readOnly ? "; nothing can be written there: use the option lockDirectory" : "";
        } catch (IOException unknown) {
            return "";
        }
    }

    private String cureOfNoAccess() {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return "; it belongs to %s (group %s) and has mode %s: give us write permission on it, for example with"
                            .formatted(
                                    attributes.owner(),
                                    attributes.group(),
                                    PosixFilePermissions.toString(attributes.permissions()))
                    + " chmod g+rw, and have sidecars made with the option lockFilePermissions";
        } catch (IOException | UnsupportedOperationException absent) {
            return "; make the directory writable, or use the option lockDirectory";
        }
    }
}
