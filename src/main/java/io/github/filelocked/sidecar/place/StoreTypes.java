package io.github.filelocked.sidecar.place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** The properties of a file store that follow from its type: the names and the inode numbers of its files. */
public final class StoreTypes {

    /** Of ext4, XFS, Btrfs, tmpfs and APFS, in bytes; NTFS allows 255 UTF-16 units, which is no less. */
    private static final int MAX_NAME_BYTES = 255;

    /** Of eCryptfs, which encrypts names: the shortest limit of those in use. */
    public static final int LEAST_MAX_NAME_BYTES = 143;

    private static final Set<String> VOLATILE_INODES = Set.of("vfat", "msdos", "exfat", "fuse", "fuseblk");

    private StoreTypes() {}

    /** Returns the type of the store at a directory, or an empty text where the mount table does not list it. */
    public static String of(Path directory) {
        try {
            return Files.getFileStore(NetworkFileSystems.nearestExisting(directory))
                    .type();
        } catch (IOException unknown) {
            return "";
        }
    }

    /**
     * Returns how long a name may be in a directory. Asking takes longer than a lock, so a short name is not asked for.
     */
    static int maxNameBytes(Path directory, int wanted) {
        return wanted > LEAST_MAX_NAME_BYTES && of(directory).equals("ecryptfs")
                ? LEAST_MAX_NAME_BYTES
                : MAX_NAME_BYTES;
    }

    /**
     * Returns whether inode numbers are made up when a file is looked up, and may change once the kernel has forgotten
     * it.
     */
    static boolean hasVolatileInodes(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return VOLATILE_INODES.contains(lower) || lower.startsWith("fuse.");
    }

    /** Returns whether nothing can be written at a path, or where it would be created. */
    public static boolean isReadOnly(Path directory) {
        try {
            return Files.getFileStore(NetworkFileSystems.nearestExisting(directory))
                    .isReadOnly();
        } catch (IOException unknown) {
            return false;
        }
    }
}
