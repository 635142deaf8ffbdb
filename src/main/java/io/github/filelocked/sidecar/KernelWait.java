package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.sidecar.diagnosis.HolderDiagnosis;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One wait in the kernel, on a channel that nothing else uses. Only the close of its channel ends a blocked lock call,
 * and the close itself blocks if the file system hangs. So a worker closes, and at worst hangs alone (I22).
 */
final class KernelWait {

    private static final int WAITING = 0;
    private static final int OVER = 1;
    private static final int CUT = 2;

    private final FileChannel channel;
    private final Object inode;
    private final AtomicInteger state = new AtomicInteger(WAITING);
    private volatile @Nullable LockHolder seen;

    KernelWait(FileChannel channel, Object inode) {
        this.channel = channel;
        this.inode = inode;
    }

    /** Cuts the wait after a time; the timer is cancelled when the wait is over. */
    ScheduledFuture<?> cutAfter(long nanos) {
        return EngineThreads.schedule(this::cut, nanos);
    }

    /** Ends the wait from outside, unless it is over. Returns at once. */
    void cut() {
        if (state.compareAndSet(WAITING, CUT)) {
            try {
                EngineThreads.execute(this::close);
            } catch (OutOfMemoryError noThreadLeft) {
                close(); // Better a late timer than a wait without end.
            }
        }
    }

    private void close() {
        try (channel) {
            seen = holder();
        } catch (IOException | RuntimeException | Error reportedByTheWaiter) {
            // The record is only a diagnosis, and the waiter closes the channel as well and reports a failure of that.
        }
    }

    /** Ends the wait from inside; false if it was cut, and the channel is closed or about to be. */
    boolean end() {
        return state.compareAndSet(WAITING, OVER) || state.get() == OVER;
    }

    boolean isCut() {
        return state.get() == CUT;
    }

    /** Returns the holder that was seen when the wait was cut. */
    @Nullable
    LockHolder seen() {
        return seen;
    }

    /** Reads who holds the lock now, as far as the record tells. */
    @Nullable
    LockHolder holder() {
        return HolderDiagnosis.of(channel, inode);
    }
}
