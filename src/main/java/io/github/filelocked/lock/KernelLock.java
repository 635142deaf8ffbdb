package io.github.filelocked.lock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentMap;

/**
 * The kernel's lock of a sidecar, on a channel that is open as long as it is held.
 *
 * <p>The lock proper is on byte 0. Who has to wait does so behind a second byte, the gate, which stands far behind the
 * content, as SQLite's pending byte does: a waiting exclusive holder keeps the gate shut, so that no newly arriving
 * shared holder can pass it, and a chain of shared holders comes to its end.
 *
 * @param lock the lock on byte 0
 * @param inode the file that is locked, as {@link Sidecar#identify()} tells it
 */
record KernelLock(FileLock lock, Object inode) {

    static final long LOCK = 0;
    static final long GATE = 1L << 30;

    /** The inodes that this JVM has open, and under which path: another path of one (a hard link) must not open it too. */
    private static final ConcurrentMap<Object, Path> OPEN = Claim.jvmWide("io.github.filelocked.inodes/1");

    /** To precede the open of a sidecar; false if this JVM has the file open already, under another path. */
    static boolean claim(Object inode, Path sidecar) {
        return OPEN.putIfAbsent(inode, sidecar) == null;
    }

    /** To follow the close. */
    static void unclaim(Object inode) {
        OPEN.remove(inode);
    }

    FileChannel channel() {
        return (FileChannel) lock.acquiredBy();
    }

    boolean isShared() {
        return lock.isShared();
    }

    /** Whether an exclusive waiter of any process has shut the gate; to be asked of a shared lock. */
    boolean isGateShut() throws IOException {
        // Trying does not end the channel of an interrupted thread, as waiting would.
        FileLock gate = channel().tryLock(GATE, 1, true);
        if (gate != null) {
            gate.release();
        }
        return gate == null;
    }

    void release() throws IOException {
        try {
            channel().close();
        } finally {
            unclaim(inode);
        }
    }
}
