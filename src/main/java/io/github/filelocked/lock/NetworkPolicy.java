package io.github.filelocked.lock;

/**
 * What to do with a sidecar on a network file system (NFS, SMB, Lustre and the like, told by the type of the file
 * store). Advisory locks there depend on the server, its mount options and its lock daemon, and may hang, fail, or be
 * granted twice.
 */
public enum NetworkPolicy {

    /** Lock, and log a warning once for each file store. The default. */
    WARN,

    /** Throw {@link LockRefusedException}. */
    REFUSE,

    /** Lock, and say nothing: for those who have tested theirs. */
    ALLOW
}
