package io.github.filelocked.sidecar.kernel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

/**
 * The kernel's lock of a sidecar, on a channel that is open as long as it is held.
 *
 * <p>The lock proper is on byte 0. Who has to wait does so behind a second byte, the gate, which stands far behind the
 * content, as SQLite's pending byte does: a waiting exclusive holder keeps the gate shut, so that no newly arriving
 * shared holder can pass it, and a chain of shared holders comes to its end.
 *
 * @param lock the lock on byte 0
 * @param inode the file that is locked, by device and number
 */
public record KernelLock(FileLock lock, Object inode) {

    public static final long LOCK = 0;
    public static final long GATE = 1L << 30;

    public FileChannel channel() {
        return (FileChannel) lock.acquiredBy();
    }

    public boolean isShared() {
        return lock.isShared();
    }

    /** Whether an exclusive waiter of any process has shut the gate; to be asked of a shared lock. */
    public boolean isGateShut() throws IOException {
        // Trying does not end the channel of an interrupted thread, as waiting would.
        FileLock gate = channel().tryLock(GATE, 1, true);
        if (gate != null) {
            gate.release();
        }
        return gate == null;
    }

    public void release() throws IOException {
        try {
            channel().close();
        } finally {
            OpenInodes.remove(inode);
        }
    }
}
