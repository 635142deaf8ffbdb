package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.place.MissingDirectories;
import io.github.filelocked.sidecar.place.NameBytes;
import io.github.filelocked.sidecar.place.NetworkFileSystems;
import io.github.filelocked.sidecar.place.Refusal;
import io.github.filelocked.sidecar.place.StoreTypes;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar as a file: looked at, created and opened without ever following a link, truncating, or blocking on
 * something that is not a regular file. To be used by the holder of the JVM's claim alone.
 */
record Sidecar(Path path, @Nullable Set<PosixFilePermission> permissions, UnaryOperator<String> optionNames) {

    /** So often in a row, a directory that is there has no place for a new file: it never will have one. */
    private static final int CREATIONS = 10;

    /** Does the same as {@link #identifyOrCreate()}, as often as it takes. */
    Object identify() throws IOException {
        Object inode = identifyOrCreate();
        while (inode == null) {
            inode = identifyOrCreate();
        }
        return inode;
    }

    /**
     * Tells which file is at the path now; creates it, with its parent directories, if there is none. It is created
     * closed, and opened afterwards like any other, so that whatever came to be at the path in between is looked at as
     * well.
     *
     * @return a key that no other existing file has; null if somebody deletes the file or its directory all the time,
     *     which the caller may try again while there is time
     */
    @Nullable
    Object identifyOrCreate() throws IOException {
        Object inode = identifyExisting();
        if (inode != null) {
            return inode;
        }
        NoSuchFileException noPlace = null;
        for (int i = 0; i < CREATIONS; i++) {
            try {
                create();
                return identifyExisting();
            } catch (NoSuchFileException absent) {
                if (!Files.isDirectory(directory())) {
                    return null; // Deleted just now.
                }
                noPlace = absent;
            }
        }
        throw Objects.requireNonNull(noPlace); // The directory was there each time: it takes no files, as /proc.
    }

    /** Tells which file is at the path now; null if there is none. */
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
                    "the lock file " + path + " is " + kind
                            + ": it would not be safe to lock; remove it, or choose another lock directory");
        }
        Object inode = attributes.fileKey();
        return inode != null ? inode : path; // Windows tells no inode, but keeps an open file at its path.
    }

    /** Returns the name by which a user sets an option. */
    String option(String name) {
        return optionNames.apply(name);
    }

    Path directory() {
        return Objects.requireNonNull(path.getParent(), "a sidecar is never a root directory");
    }

    FileChannel open() throws IOException {
        // For writing as well, which an exclusive record lock needs; and opening a FIFO for both never blocks on Linux.
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private void create() throws IOException {
        createDirectory();
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

    private void createDirectory() throws IOException {
        try {
            MissingDirectories.create(directory(), path);
        } catch (FileAlreadyExistsException another) {
            if (!Files.isDirectory(NetworkFileSystems.nearestExisting(directory()))) {
                throw another;
            }
            throw new NoSuchFileException(another.getFile()); // It was one, until just now.
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
        } catch (FileAlreadyExistsException | NoSuchFileException another) {
            throw another;
        } catch (FileSystemException | UnsupportedOperationException failure) { // FAT says EPERM to a link.
            throw new LockRefusedException(
                    Refusal.reasonOf(failure, directory()),
                    "cannot give the lock file " + path + " its permissions: " + failure
                            + "; if the file system has no POSIX permissions or no hard links, leave out the option"
                            + " " + option("lockFilePermissions") + ", or choose another lock directory",
                    failure);
        }
    }

    /** Says what failed at this sidecar, and how to fix it. */
    LockRefusedException refusal(LockTarget target, IOException failure) {
        Reason reason = Refusal.reasonOf(failure, directory());
        return new LockRefusedException(
                reason,
                "cannot lock " + target.resource() + ": its lock file " + path + " cannot be used: " + failure
                        + (reason == Reason.NO_SPACE ? Refusal.fixOfNoSpace(option("lockDirectory")) : fix(failure)),
                failure);
    }

    private String fix(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return fixOfNoAccess();
        }
        if (StoreTypes.isReadOnly(directory())) {
            return "; nothing can be written there: use the option " + option("lockDirectory");
        }
        if (failure instanceof NoSuchFileException) {
            return "; its directory takes no new files (file system type " + StoreTypes.of(directory())
                    + "): lock a file elsewhere, or use the option " + option("lockDirectory");
        }
        // Asked of the system, because the text of a failure is in the user's language.
        if (failure instanceof FileSystemException && isForbidden()) {
            return "; permissions do not forbid it, so it or its directory may be immutable: see lsattr, and use"
                    + " chattr -i";
        }
        if (NameBytes.nameOf(path).length() > StoreTypes.LEAST_MAX_NAME_BYTES) {
            return "; its name may be too long for this file system: use the option " + option("lockDirectory");
        }
        return "";
    }

    /** Returns whether what would have to be written says no: an existing sidecar, or the directory of a new one. */
    private boolean isForbidden() {
        Path written = Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path : directory();
        return Files.exists(written) && !Files.isWritable(written);
    }

    private String fixOfNoAccess() {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return "; it belongs to %s (group %s) and has mode %s: give us write permission on it, for example with"
                            .formatted(
                                    attributes.owner(),
                                    attributes.group(),
                                    PosixFilePermissions.toString(attributes.permissions()))
                    + " chmod g+rw, and let lock files be created with the option " + option("lockFilePermissions");
        } catch (IOException | UnsupportedOperationException absent) {
            return "; make the directory writable, or use the option " + option("lockDirectory");
        }
    }
}
