package io.github.filelocked.lock;

/**
 * The policy for a lock file on a file system that is not known to be local, told by the type of the file store. On a
 * network file system (NFS, SMB, Lustre and the like), advisory locks depend on the server, its mount options and its
 * lock daemon, and may hang, fail, or be granted twice. On an unknown one (FUSE types other than those on a local disk,
 * directories shared by a host, stores without a type), they may exclude neither other machines nor processes that
 * reach the files by another path.
 */
public enum NetworkPolicy {

    /** Lock, and log a warning once for each file store. The default. */
    WARN,

    /** Throw {@link LockRefusedException}. */
    REFUSE,

    /** Lock, and say nothing: for those who have tested theirs. */
    ALLOW
}
