package io.github.filelocked.sidecar.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of sidecars. No two resources share one, and no resource has two.
 *
 * <p>All rules are about bytes, so a resource has the same sidecar in every locale. With the suffix {@code .lock}:
 *
 * <ul>
 *   <li>The file {@code x} has {@code x.lock} beside it, and the directory {@code d} has {@code d.dir.lock}. A file
 * whose name ends in {@code .dir}, or in {@code .dir} and some {@code .file}, has {@code .file} before the suffix.
 *   <li>A name that becomes too long is cut, and {@code ~} and 32 hexadecimal digits follow it: the first half of the
 * SHA-256 of the full name.
 *   <li>In a lock directory, {@code ~} and 32 digits follow every name. There, the digest is that of {@code
 * dev:ino/name}: the device and the inode of the directory that holds the resource, in decimal, and the name of the
 * resource. So a directory that is mounted at two places gives one sidecar.
 *   <li>In a lock directory, a resource that is a mount point by itself has {@code mounted} for its name, and its own
 *       device and inode in the digest, because the directory in which it appears is private to those who mount it
 * there.
 *   <li>In a lock directory, the sidecars of a directory that does not distinguish case are named after the folded
 * name: in NFC, in upper case, then in lower case.
 *   <li>A directory that does not exist on a read-only file system counts as a part of the name, after the nearest
 * directory that does.
 *   <li>Where a file system has no inode numbers, or makes them up when it is asked (FAT, FUSE), the digest is that of
 * the canonical path.
 * </ul>
 */
public final class SidecarNames {

    /** The suffix of all sidecars unless another one is chosen. */
    public static final String DEFAULT_SUFFIX = ".lock";

    /** One extension, so that no two suffixes can meet in one name. */
    private static final Pattern VALID_SUFFIX = Pattern.compile("\\.[A-Za-z0-9_-]{1,16}");

    /** File names whose plain sidecar would be, or look like one that stands for, the sidecar of a directory. */
    private static final Pattern LIKE_A_DIRECTORY = Pattern.compile("(?s).*\\.dir(\\.file)*");

    /** File names that look like a shortened one, and are therefore never used plainly. */
    private static final Pattern LIKE_A_DIGEST = Pattern.compile("(?s).*~[0-9a-f]{32}(\\.dir|\\.file)*");

    /** Resources for which other programs take the existence of {@code x.lock} for a lock. */
    private static final Set<String> DOT_LOCKED_FILES =
            Set.of("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid");

    private static final Set<String> DOT_LOCKED_DIRECTORIES = Set.of("/var/mail", "/var/spool/mail");

    /** The number of attempts to create a directory that another process deletes at the same time. */
    private static final int CREATIONS = 100;

    private static final int MAX_REMEMBERED = 1_000;

    private final @Nullable Path lockDirectory;
    private final String suffix;
    private final UnaryOperator<String> optionNames;
    private final CaseFolding caseFolding = new CaseFolding();
    private final FileMounts mounts = new FileMounts();
    private final Map<Object, String> typesByDevice = new ConcurrentHashMap<>();

    public SidecarNames(@Nullable Path lockDirectory, String suffix) {
        this(lockDirectory, suffix, UnaryOperator.identity());
    }

    /** As the other constructor, for options that a user sets by other names. */
    public SidecarNames(@Nullable Path lockDirectory, String suffix, UnaryOperator<String> optionNames) {
        this.lockDirectory = lockDirectory;
        this.suffix = validatedSuffix(suffix, optionNames);
        this.optionNames = optionNames;
    }

    /** Returns the suffix, or throws {@link IllegalArgumentException}. */
    public static String validatedSuffix(String suffix, UnaryOperator<String> optionNames) {
        if (!VALID_SUFFIX.matcher(suffix).matches()) {
            throw new IllegalArgumentException(optionNames.apply("lockFileSuffix") + ": \"" + suffix
                    + "\" is not a dot and 1 to 16 ASCII letters, digits, - or _, as in \".lock\" or \".lck\"");
        }
        return suffix;
    }

    public String suffix() {
        return suffix;
    }

    /**
     * Names the sidecar of a target with a canonical resource, and creates nothing.
     *
     * @throws LockRefusedException if the resource may have no sidecar, or has no directory yet after which it is named
     */
    public Path sidecarOf(LockTarget target) {
        return sidecarOf(target, false);
    }

    /** Does the same as {@link #sidecarOf}; first creates the directory of the resource if the name depends on it. */
    public Path sidecarToLock(LockTarget target) {
        return sidecarOf(target, true);
    }

    /**
     * Tells whether a sidecar still stands for its target. In a lock directory it does not once another directory has
     * come to the place of the one after which it was named.
     */
    public boolean isCurrent(LockTarget target, Path sidecar) {
        if (lockDirectory == null) {
            return true; // The engine compares the file at the path.
        }
        try {
            return sidecar.equals(sidecarOf(target, false));
        } catch (LockRefusedException directoryIsGone) {
            return false;
        }
    }

    private Path sidecarOf(LockTarget target, boolean mayCreate) {
        Path resource = target.resource();
        if (lockDirectory != null) {
            return inLockDirectory(lockDirectory, target, mayCreate);
        }
        refuseDotLocked(resource);
        String name = NameBytes.nameOf(resource);
        Path parent = resource.getParent();
        Path directory = parent == null ? resource : parent;
        boolean likeADigest =
                name.indexOf('~') >= 0 && LIKE_A_DIGEST.matcher(name).matches();
        return named(directory, name, suffix(target.type(), name), name, likeADigest);
    }

    private Path inLockDirectory(Path locks, LockTarget target, boolean mayCreate) {
        Path resource = target.resource();
        String name = NameBytes.nameOf(resource);
        Path parent = resource.getParent();
        String identity;
        if (mounts.isMountPoint(resource)) {
            name = "mounted";
            identity = identity(resource, resource, "", false);
        } else {
            Path directory = parent == null ? resource : parent;
            identity = identity(directory, resource, name, mayCreate);
            if (identity.endsWith("/" + CaseFolding.fold(name))) {
                name = CaseFolding.fold(name);
            }
        }
        return named(locks, name, suffix(target.type(), name), identity, true);
    }

    /** Says in one text which directory it is, and what in it. */
    private String identity(Path directory, Path resource, String name, boolean mayCreate) {
        Inode inode = inode(directory, resource, mayCreate);
        if (inode == null) {
            Path parent = Objects.requireNonNull(directory.getParent(), "a root directory exists");
            return identity(parent, directory, NameBytes.nameOf(directory) + "/" + name, mayCreate);
        }
        boolean isVolatile = inode.device() == null || StoreTypes.hasVolatileInodes(typeOf(directory, inode.device()));
        String prefix = isVolatile ? NameBytes.of(directory) : inode.device() + ":" + inode.number();
        String identity = (prefix.endsWith("/") ? prefix : prefix + "/") + name;
        String folded = CaseFolding.fold(identity);
        if (folded.equals(identity)) {
            return identity; // It is the same whether the directory folds or not.
        }
        return caseFolding.folds(directory, inode, resource, mayCreate) ? folded : identity;
    }

    /** The numbers of a directory; a null device, and its path, where the file system has none. */
    private record Inode(@Nullable Object device, Object number) {}

    /** Returns null for a directory that does not exist on a read-only file system, which no process can create. */
    private @Nullable Inode inode(Path directory, Path resource, boolean mayCreate) {
        IOException failure = null;
        for (int i = 0; i < CREATIONS; i++) {
            try {
                Map<String, Object> numbers = Files.readAttributes(directory, "unix:dev,ino");
                return new Inode(numbers.get("dev"), Objects.requireNonNull(numbers.get("ino")));
            } catch (UnsupportedOperationException | IllegalArgumentException noNumbers) {
                return new Inode(null, directory);
            } catch (NoSuchFileException absent) {
                if (StoreTypes.isReadOnly(directory)) {
                    return null;
                }
                if (!mayCreate) {
                    throw new LockRefusedException(
                            "the lock file of " + resource
                                    + " cannot be told yet: with the option " + optionNames.apply("lockDirectory")
                                    + " it is named"
                                    + " after the directory " + directory + ", which does not exist; create it first",
                            absent);
                }
                failure = create(directory, resource);
            } catch (IOException unreadable) {
                throw refusal(resource, unreadable);
            }
        }
        throw refusal(resource, failure);
    }

    private @Nullable IOException create(Path directory, Path resource) {
        try {
            MissingDirectories.create(directory, resource);
            return null;
        } catch (NoSuchFileException deletedMeanwhile) {
            return deletedMeanwhile;
        } catch (IOException failure) {
            throw refusal(resource, failure);
        }
    }

    private LockRefusedException refusal(Path resource, @Nullable IOException failure) {
        return new LockRefusedException(
                "cannot lock " + resource
                        + ": with the option " + optionNames.apply("lockDirectory")
                        + " its lock file is named after its directory, which"
                        + " cannot be used: " + failure + "; create the directory, readable for this process",
                failure);
    }

    private String typeOf(Path directory, Object device) {
        String known = typesByDevice.get(device);
        if (known != null) {
            return known;
        }
        if (typesByDevice.size() >= MAX_REMEMBERED) {
            typesByDevice.clear();
        }
        String type = StoreTypes.of(directory);
        typesByDevice.put(device, type);
        return type;
    }

    private String suffix(ResourceType type, String name) {
        return switch (type) {
            case DIRECTORY -> ".dir" + suffix;
            case FILE -> name.contains(".dir") && LIKE_A_DIRECTORY.matcher(name).matches() ? ".file" + suffix : suffix;
        };
    }

    /**
     * Returns the name and the suffix; a digest of {@code identity} between them where asked for or where the name is
     * too long.
     */
    private static Path named(Path directory, String name, String suffix, String identity, boolean digestAlways) {
        int plain = name.length() + suffix.length();
        if (!digestAlways && plain <= StoreTypes.maxNameBytes(directory, plain)) {
            return directory.resolve(NameBytes.toName(name + suffix, directory));
        }
        String tail = "~" + digest(identity) + suffix;
        int full = name.length() + tail.length();
        int room = StoreTypes.maxNameBytes(directory, full) - tail.length();
        return directory.resolve(NameBytes.toName(head(name, room) + tail, directory));
    }

    /** Returns as many bytes as there is room for, and no part of a UTF-8 character. */
    private static String head(String name, int room) {
        if (name.length() <= room) {
            return name;
        }
        int end = room;
        while (end > 0 && (name.charAt(end) & 0xC0) == 0x80) {
            end--;
        }
        return name.substring(0, end);
    }

    private static String digest(String bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.getBytes(ISO_8859_1));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /**
     * Rejects resources for which git, mail programs and user management take the existence of {@code x.lock} for a
     * lock.
     */
    private void refuseDotLocked(Path resource) {
        if (!suffix.equals(DEFAULT_SUFFIX)) {
            return;
        }
        String text = resource.toString();
        boolean isGits = text.contains(".git") && isInsideGit(resource);
        Path parent = resource.getParent();
        if (isGits
                || DOT_LOCKED_FILES.contains(text)
                || (text.startsWith("/var/") && parent != null && DOT_LOCKED_DIRECTORIES.contains(parent.toString()))) {
            throw new LockRefusedException(
                    "cannot lock " + resource + ": its lock file would be " + text + suffix + ", and "
                            + (isGits ? "git takes" : "mail programs and user management take")
                            + " the mere existence of that file for a lock, and would fail from then on; choose"
                            + " another suffix with the"
                            + " option " + optionNames.apply("lockFileSuffix") + ", or another place with "
                            + optionNames.apply("lockDirectory"));
        }
    }

    private static boolean isInsideGit(Path resource) {
        for (Path directory = resource.getParent(); directory != null; directory = directory.getParent()) {
            Path fileName = directory.getFileName();
            String name = fileName == null ? "" : fileName.toString();
            if (name.equals(".git")) {
                return true;
            }
            boolean isBare = name.endsWith(".git")
                    && Files.exists(directory.resolve("HEAD"))
                    && Files.isDirectory(directory.resolve("objects"));
            if (isBare) {
                return true;
            }
        }
        return false;
    }
}
