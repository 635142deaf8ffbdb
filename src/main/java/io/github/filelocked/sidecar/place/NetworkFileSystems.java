package io.github.filelocked.sidecar.place;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.sidecar.diagnosis.HolderDiagnosis;
import io.github.filelocked.sidecar.diagnosis.Log;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The network policy: tells local, network and unknown file systems apart by the type of their store, once for each
 * directory, since asking reads the mount table.
 */
public final class NetworkFileSystems {

    private static final Set<String> NETWORK = Set.of(
            "9p",
            "afpfs",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "gfs2",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "ocfs2",
            "orangefs",
            "panfs",
            "pvfs2",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "sshfs",
            "webdav",
            "wekafs");

    /** FUSE file systems on a disk, or on a local directory that only they use. */
    private static final Set<String> LOCAL_FUSE = Set.of(
            "exfat", "exfat-fuse", "ext2", "ext3", "ext4", "fuse-ext2", "fuse-overlayfs", "fuse2fs", "ntfs", "ntfs-3g");

    /**
     * Directories of the host in a virtual machine or a container: whether the host sees their locks depends on its
     * product.
     */
    private static final Set<String> SHARED_BY_A_HOST =
            Set.of("drvfs", "fakeowner", "osxfs", "prl_fs", "vboxsf", "virtiofs", "vmhgfs");

    private enum Kind {
        LOCAL,
        NETWORK,
        UNKNOWN
    }

    private static final int MAX_REMEMBERED = 1_000;

    private final NetworkPolicy policy;
    private final StoreType storeType;
    private final UnaryOperator<String> optionNames;
    private final Set<Path> checked = ConcurrentHashMap.newKeySet();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** The type of the file store at an existing directory. */
    @FunctionalInterface
    interface StoreType {
        String of(Path directory) throws IOException;
    }

    /**
     * Creates the policy for file systems whose types the JDK tells, and for options that a user sets by these names.
     */
    public static NetworkFileSystems under(NetworkPolicy policy, UnaryOperator<String> optionNames) {
        return new NetworkFileSystems(
                policy, directory -> Files.getFileStore(directory).type(), optionNames);
    }

    NetworkFileSystems(NetworkPolicy policy, StoreType storeType) {
        this(policy, storeType, UnaryOperator.identity());
    }

    private NetworkFileSystems(NetworkPolicy policy, StoreType storeType, UnaryOperator<String> optionNames) {
        // Here, at the making of the engine, as no class can be loaded later where no file can be opened.
        Log.prepare();
        Refusal.prepare();
        HolderDiagnosis.prepare();
        this.policy = policy;
        this.storeType = storeType;
        this.optionNames = optionNames;
    }

    /**
     * Applies the policy to a directory, or to the one in which it will be created.
     *
     * @throws LockRefusedException if its file system is not known to be local, and the policy is to refuse
     */
    public void check(Path directory) {
        if (policy == NetworkPolicy.ALLOW || checked.contains(directory)) {
            return;
        }
        String type = "";
        IOException unlisted = null; // The mount table does not list the directory, as in some containers.
        try {
            type = storeType.of(nearestExisting(directory));
        } catch (IOException failure) {
            unlisted = failure;
        }
        Kind kind = kindOf(type);
        if (kind != Kind.LOCAL) {
            String problem = "lock files in " + directory
                    + problemOf(kind, unlisted == null ? type : "its type cannot be told: " + unlisted.getMessage());
            if (policy == NetworkPolicy.REFUSE) {
                throw new LockRefusedException(
                        kind == Kind.NETWORK ? Reason.NETWORK_FILE_SYSTEM : Reason.UNKNOWN_FILE_SYSTEM,
                        "refused by " + optionNames.apply("networkPolicy") + ": " + problem + "; use a local "
                                + optionNames.apply("lockDirectory"),
                        unlisted);
            }
            if (warned.add(type)) {
                Log.log(
                        Level.WARNING,
                        problem + "; use a local " + optionNames.apply("lockDirectory") + ", or "
                                + optionNames.apply("networkPolicy") + " ALLOW if yours is tested",
                        null);
            }
        }
        if (checked.size() >= MAX_REMEMBERED) {
            checked.clear();
        }
        checked.add(directory);
    }

    private static String problemOf(Kind kind, String type) {
        if (kind == Kind.NETWORK) {
            return " are on a network file system (" + type + "), where locks may hang, fail, or be granted twice";
        }
        return " are on a file system that is not known to be local (" + type + "), where locks may not exclude other"
                + " machines, nor processes that reach the files by another path";
    }

    public static Path nearestExisting(Path directory) {
        Path existing = directory;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** A FUSE type names the real one behind a dot, {@code fuse.sshfs}, or does not tell: {@code fuse}. */
    private static Kind kindOf(String storeType) {
        String type = storeType.toLowerCase(Locale.ROOT);
        String real = type.startsWith("fuse.") ? type.substring("fuse.".length()) : type;
        if (NETWORK.contains(real) || real.contains("sshfs") || (!real.equals(type) && real.contains("s3"))) {
            return Kind.NETWORK;
        }
        if (type.isEmpty() || SHARED_BY_A_HOST.contains(type)) {
            return Kind.UNKNOWN;
        }
        // "fuseblk" is on a block device; "macfuse" and "osxfuse" are as unknown as "fuse".
        boolean isLocal = !type.contains("fuse") || type.equals("fuseblk") || LOCAL_FUSE.contains(real);
        return isLocal ? Kind.LOCAL : Kind.UNKNOWN;
    }
}
