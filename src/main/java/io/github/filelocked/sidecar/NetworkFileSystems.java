package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.NetworkPolicy;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells network file systems by the type of their store, once for each directory, since asking reads the mount table. */
final class NetworkFileSystems {

    private static final Set<String> TYPES = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afs",
            "afpfs",
            "9p",
            "ceph",
            "lustre",
            "gpfs",
            "beegfs",
            "glusterfs",
            "davfs",
            "webdav",
            "ncpfs",
            "ocfs2",
            "gfs2");

    private static final int MAX_REMEMBERED = 1_000;

    private final NetworkPolicy policy;
    private final StoreType storeType;
    private final Set<Path> checked = ConcurrentHashMap.newKeySet();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** The type of the file store at an existing directory. */
    @FunctionalInterface
    interface StoreType {
        String of(Path directory) throws IOException;
    }

    NetworkFileSystems(NetworkPolicy policy, StoreType storeType) {
        this.policy = policy;
        this.storeType = storeType;
    }

    NetworkFileSystems(NetworkPolicy policy) {
        this(policy, directory -> Files.getFileStore(directory).type());
    }

    /**
     * Applies the policy to a directory, or to the one in which it will be created.
     *
     * @throws LockRefusedException if it is on a network file system, and the policy is to refuse
     */
    void check(Path directory) {
        if (policy == NetworkPolicy.ALLOW || checked.contains(directory)) {
            return;
        }
        String type = typeAt(nearestExisting(directory));
        if (isNetwork(type)) {
            String problem = "lock files in " + directory + " are on a network file system (" + type
                    + "), where locks may hang, fail, or be granted twice";
            if (policy == NetworkPolicy.REFUSE) {
                throw new LockRefusedException("refused by networkPolicy: " + problem + "; use a local lockDirectory");
            }
            if (warned.add(type)) {
                Log.log(
                        Level.WARNING,
                        problem + "; use a local lockDirectory, or networkPolicy ALLOW if yours is tested",
                        null);
            }
        }
        if (checked.size() >= MAX_REMEMBERED) {
            checked.clear();
        }
        checked.add(directory);
    }

    /** Empty where the mount table does not list the directory, as in some containers. */
    private String typeAt(Path directory) {
        try {
            return storeType.of(directory);
        } catch (IOException unknown) {
            if (policy == NetworkPolicy.REFUSE) {
                throw new LockRefusedException(
                        "refused by networkPolicy: the type of the file system at " + directory + " cannot be told: "
                                + unknown,
                        unknown);
            }
            return "";
        }
    }

    static Path nearestExisting(Path directory) {
        Path existing = directory;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** A FUSE type names the real one behind a dot: {@code fuse.sshfs}. */
    private static boolean isNetwork(String storeType) {
        String type = storeType.toLowerCase(Locale.ROOT);
        String fuse = type.startsWith("fuse.") ? type.substring("fuse.".length()) : "";
        return TYPES.contains(type) || TYPES.contains(fuse) || fuse.contains("sshfs") || fuse.contains("s3");
    }
}
