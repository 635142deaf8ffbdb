package io.github.filelocked.sidecar;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.sidecar.diagnosis.OwnerRecord;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One hold of one thread, or of no thread once it is detached. It is made before its lock, see {@link #begin}. */
final class SidecarGrant implements LockProvider.Grant {

    private final Sidecar sidecar;
    private final boolean verifies;
    private volatile @Nullable Thread owner;
    private volatile @Nullable Claim claim;
    private volatile boolean released;
    private volatile @Nullable String loss;

    /** True if the kernel's list showed the lock after its acquisition; only then can the list prove a loss. */
    private volatile boolean listed;

    SidecarGrant(Sidecar sidecar, @Nullable Thread owner, boolean verifies) {
        this.sidecar = sidecar;
        this.owner = owner;
        this.verifies = verifies;
    }

    /** Asks the kernel's list, if the releases do. */
    void lookAtKernelList(KernelLock lock) {
        listed = verifies && LossCheck.isListed(lock.inode(), lock.isShared());
    }

    /** Does the same for a nested hold. */
    void lookAtKernelList() {
        KernelLock held = verifies ? claim().kernelLock() : null;
        if (held != null) {
            lookAtKernelList(held);
        }
    }

    /** Makes this the grant of a hold that the claim counts already, or is just about to count. Allocates nothing. */
    void begin(Claim counting) {
        this.claim = counting;
        this.released = false;
    }

    /** Does the same as {@link #begin}, for one more hold of a thread. */
    void beginNested(Claim counting, @Nullable Thread thread) {
        begin(counting);
        this.owner = thread;
    }

    private Claim claim() {
        return Objects.requireNonNull(claim);
    }

    @Override
    public void release() {
        // An interrupt would close the channel before the record is erased.
        boolean interrupted = Thread.interrupted();
        try {
            EngineThreads.onPlatformThread(this::checkAndRemoveHold);
            throwIfLost();
        } catch (IOException failure) {
            throw new FileLockingException(
                    "the release of the lock file " + sidecar.path()
                            + " failed: it is free for this JVM, and for others when this process ends at the latest",
                    failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns whether the lock was in force to its end. */
    private boolean checkAndRemoveHold() throws IOException {
        boolean checked = false;
        try {
            if (claim().isOnlyHoldOf(owner)) { // A nested hold leaves the check to the outer one.
                check();
            }
            checked = true;
        } finally {
            removeHold(checked && loss == null);
        }
        return loss == null;
    }

    /** Returns whether the lock is in force. */
    private boolean check() throws IOException {
        KernelLock held = claim().kernelLock();
        if (held != null && loss == null) {
            loss = lossOf(held);
        }
        return loss == null;
    }

    private @Nullable String lossOf(KernelLock held) {
        String fileLoss = LossCheck.fileLoss(sidecar, held.inode());
        return fileLoss != null ? fileLoss : LossCheck.kernelLoss(held.inode(), held.isShared(), listed);
    }

    private void throwIfLost() {
        String known = loss;
        if (known != null) {
            throw new LockLostException("the lock of " + sidecar.path()
                    + " was lost while it was held, so other holders may have been inside: " + known
                    + "; look at what was written meanwhile, and leave lock files alone");
        }
    }

    /** Removes a hold that no work has used. */
    void releaseQuietly() {
        try {
            removeHold(true);
        } catch (IOException failure) {
            // The lock is given back all the same, and the acquisition goes on.
        }
    }

    private void removeHold(boolean intact) throws IOException {
        Claim counting = claim();
        FileLock last;
        synchronized (this) { // A detach by another thread is one step, too.
            released = true;
            last = counting.removeHold(owner);
        }
        if (last == null) {
            return;
        }
        try {
            if (intact && counting.isRecorded()) { // Otherwise the record may belong to another holder by now.
                OwnerRecord.erase(KernelLock.channelOf(last), sidecar.path(), last.isShared());
            }
        } catch (ClosedChannelException closed) {
            // An interrupt came just now and has closed the channel, which is a release, too.
        } finally {
            try {
                KernelLock.close(KernelLock.channelOf(last), last);
            } finally {
                counting.endUse();
            }
        }
    }

    @Override
    public synchronized void detach() {
        if (!released) { // By another thread, just now.
            claim().detachHold(owner);
            owner = null;
        }
    }

    @Override
    public synchronized void attach() {
        if (!released && owner == null) {
            Thread thread = Thread.currentThread();
            claim().attachHold(thread);
            owner = thread;
        }
    }

    @Override
    public boolean isValid() {
        if (released || loss != null) {
            return false;
        }
        KernelLock held = claim().kernelLock();
        return held != null && held.lock().isValid();
    }

    @Override
    public void ensureValid() {
        try {
            EngineThreads.onPlatformThread(this::check);
            throwIfLost();
        } catch (IOException failure) {
            throw new FileLockingException(
                    "whether the lock file " + sidecar.path() + " is still locked cannot be told", failure);
        }
    }
}
