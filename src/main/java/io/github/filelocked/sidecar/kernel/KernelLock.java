package io.github.filelocked.sidecar.kernel;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's lock of a lock file, on a channel that is open as long as the lock is held.
 *
 * <p>The lock proper is on byte 0. A waiter stands behind a second byte, the gate, which is far behind the content, as
 * SQLite's pending byte is: a waiting exclusive holder keeps the gate shut, so that no newly arriving shared holder can
 * pass it, and a chain of shared holders ends.
 *
 * @param lock the lock on byte 0
 * @param inode the locked file by device and number
 */
public record KernelLock(FileLock lock, Object inode) {

    public static final long LOCK = 0;
    public static final long GATE = 1L << 30;

    private static final int ATTEMPTS = 10;

    /** More bytes than the JDK allocates to close a channel. */
    private static final int ROOM_TO_CLOSE = 4_096;

    public FileChannel channel() {
        return channelOf(lock);
    }

    public static FileChannel channelOf(FileLock lock) {
        return (FileChannel) lock.acquiredBy();
    }

    public boolean isShared() {
        return lock.isShared();
    }

    /** Returns whether an exclusive waiter of any process has shut the gate; asked of a shared lock. */
    public boolean isGateShut() throws IOException {
        // A lock that does not wait leaves the channel of an interrupted thread open.
        FileLock gate = channel().tryLock(GATE, 1, true);
        if (gate != null) {
            gate.release();
        }
        return gate == null;
    }

    /**
     * Tells whether the file system or a security module denies locks. The JDK reports EACCES of a lock call as "busy",
     * so the question is asked of a byte that no program locks alone.
     *
     * @return false also if it cannot be told because a program locks the whole file
     */
    public static boolean isDenied(FileChannel channel, long unusedByte, boolean shared) throws IOException {
        FileLock probe = channel.tryLock(unusedByte, 1, shared);
        if (probe != null) {
            probe.release();
        }
        return probe == null;
    }

    /**
     * Unlocks and closes. A lock that is not given back stays until the process ends, and a channel can be closed once,
     * so the unlock is tried again when memory runs out, and the close begins when there is some.
     */
    public static void close(FileChannel channel, @Nullable FileLock lock) throws IOException {
        try {
            if (lock != null) {
                unlock(lock);
            }
        } finally {
            awaitMemory();
            channel.close();
        }
    }

    private static void unlock(FileLock lock) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                lock.release();
                return;
            } catch (ClosedChannelException closed) {
                return; // The close has unlocked.
            } catch (OutOfMemoryError exhausted) {
                if (attempt == ATTEMPTS) {
                    throw exhausted;
                }
            }
        }
    }

    private static void awaitMemory() {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                if (new byte[ROOM_TO_CLOSE].length == ROOM_TO_CLOSE) {
                    return;
                }
            } catch (OutOfMemoryError exhausted) {
                Thread.onSpinWait(); // A failed allocation collects garbage first, so the next one may succeed.
            }
        }
    }
}
