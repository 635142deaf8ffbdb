package io.github.filelocked.sidecar.kernel;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentMap;

/** The inodes that this JVM has open, so that a file with several paths is never opened twice. */
public final class OpenInodes {

    private static final ConcurrentMap<Object, Path> OPEN = JvmWide.table("io.github.filelocked.inodes/1");

    private OpenInodes() {}

    /** Claims an inode before its sidecar is opened; false if this JVM has the file open under another path. */
    public static boolean add(Object inode, Path sidecar) {
        return OPEN.putIfAbsent(inode, sidecar) == null;
    }

    /** Gives an inode back after its sidecar was closed. */
    public static void remove(Object inode) {
        OPEN.remove(inode);
    }
}
