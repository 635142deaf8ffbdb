package io.github.filelocked.sidecar.place;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of a path under which all its spellings meet: absolute, symbolic links resolved as the operating
 * system resolves them, also where the file or its parents do not exist yet.
 */
public final class CanonicalPath {

    /** As on Linux ({@code path_resolution(7)}). */
    private static final int MAX_LINKS = 40;

    private CanonicalPath() {}

    /**
     * Canonicalises a target's resource.
     *
     * @throws LockRefusedException if the path is no path of a file, or of a directory, on this machine's file system
     */
    public static Path of(LockTarget target) {
        Path path = target.resource();
        if (path.toString().isEmpty()) {
            throw new LockRefusedException(
                    Reason.BAD_PATH, "the path to lock is empty; name a file, or \".\" for the current directory");
        }
        if (!path.getFileSystem().provider().getScheme().equals("file")) {
            throw new LockRefusedException(
                    Reason.BAD_PATH,
                    "cannot lock " + path.toUri()
                            + ": only files of the machine's own file system can be locked over processes");
        }
        try {
            Path canonical = resolved(path.toAbsolutePath(), target.type());
            return canonical.equals(path) ? path : canonical; // As long as it is held, one object less is kept.
        } catch (IOException failure) {
            throw new LockRefusedException(
                    Reason.BAD_PATH, "cannot lock " + path + ": its path cannot be resolved: " + failure, failure);
        }
    }

    /** Returns a key of the directory that holds a resource, to be compared later; null if there is none now. */
    public static @Nullable Object directoryKey(Path resource) {
        Path directory = resource.getParent();
        try {
            BasicFileAttributes attributes = directory == null ? null : attributes(directory);
            return attributes == null ? null : attributes.fileKey();
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static Path resolved(Path absolute, ResourceType type) throws IOException {
        BasicFileAttributes attributes = attributes(absolute);
        Path absent = attributes == null ? absentInItsDirectory(absolute) : null;
        if (absent != null) {
            return absent; // So it may become of any type, which is not asked again: a no is an exception, and slow.
        }
        Path canonical = attributes == null ? walk(absolute) : real(absolute);
        boolean isKnown = attributes != null && !attributes.isSymbolicLink();
        refuseOtherType(canonical, isKnown ? attributes : attributes(canonical), type);
        return canonical;
    }

    /** Resolves an absent file in its directory, which mostly exists, so that it need not go name by name. */
    private static @Nullable Path absentInItsDirectory(Path absolute) throws IOException {
        Path parent = absolute.getParent();
        if (parent == null || absolute.endsWith("..")) {
            return null;
        }
        try {
            Path directory = parent.toRealPath();
            // Newer JDKs say of a path below a file just that it does not exist.
            return Files.isDirectory(directory) ? directory.resolve(absolute.getFileName()) : null;
        } catch (NoSuchFileException notYet) {
            return null;
        }
    }

    private static Path real(Path absolute) throws IOException {
        try {
            return absolute.toRealPath();
        } catch (NoSuchFileException linkToNowhere) {
            return walk(absolute);
        }
    }

    /**
     * Resolves name by name, since {@code toRealPath} rejects what does not exist and {@code normalize} ignores links.
     */
    private static Path walk(Path absolute) throws IOException {
        Path root = absolute.getRoot();
        Path reached = root;
        Deque<Path> ahead = new ArrayDeque<>();
        absolute.forEach(ahead::addLast);
        int links = 0;
        while (!ahead.isEmpty()) {
            Path name = ahead.removeFirst();
            if (name.toString().equals("..")) {
                reached = reached.getParent() == null ? root : reached.getParent();
                continue;
            }
            if (name.toString().isEmpty() || name.toString().equals(".")) {
                continue;
            }
            Path next = reached.resolve(name);
            BasicFileAttributes attributes = attributes(next);
            if (attributes != null && attributes.isSymbolicLink()) {
                if (++links > MAX_LINKS) {
                    throw new FileSystemException(absolute.toString(), next.toString(), "too many symbolic links");
                }
                Path linked = linkAt(next);
                if (linked == null) {
                    ahead.addFirst(name); // To be looked at again.
                } else {
                    prepend(linked, ahead);
                    reached = linked.isAbsolute() ? linked.getRoot() : reached;
                }
            } else if (attributes != null && !attributes.isDirectory() && !ahead.isEmpty()) {
                throw new FileSystemException(absolute.toString(), null, next + " is not a directory");
            } else {
                reached = next;
            }
        }
        return reached;
    }

    /** Returns where a link leads; null if it was deleted or replaced just now. */
    private static @Nullable Path linkAt(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link);
        } catch (NoSuchFileException | NotLinkException changed) {
            return null;
        }
    }

    private static void prepend(Path names, Deque<Path> ahead) {
        for (int i = names.getNameCount() - 1; i >= 0; i--) {
            ahead.addFirst(names.getName(i));
        }
    }

    private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            return null;
        }
    }

    private static void refuseOtherType(Path canonical, @Nullable BasicFileAttributes attributes, ResourceType type) {
        boolean directory = attributes != null && attributes.isDirectory();
        if (type == ResourceType.FILE && directory) {
            throw new LockRefusedException(
                    Reason.WRONG_TYPE,
                    "cannot lock " + canonical + " as a file: it is a directory; use ResourceType.DIRECTORY");
        }
        if (type == ResourceType.DIRECTORY && attributes != null && !directory) {
            throw new LockRefusedException(
                    Reason.WRONG_TYPE,
                    "cannot lock " + canonical + " as a directory: it is not one; use ResourceType.FILE");
        }
    }
}
