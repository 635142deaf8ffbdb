package io.github.filelocked.sidecar;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One hold of one thread, or of nobody once it is detached. */
final class SidecarGrant implements LockProvider.Grant {

    private final Claim claim;
    private final Sidecar sidecar;
    private final boolean verifies;
    private @Nullable Thread owner = Thread.currentThread();
    private boolean released;
    private final boolean wasListed;

    SidecarGrant(Claim claim, Sidecar sidecar, boolean verifies) {
        this.claim = claim;
        this.sidecar = sidecar;
        this.verifies = verifies;
        this.wasListed = verifies && wasListed();
    }

    private boolean wasListed() {
        synchronized (claim.monitor()) {
            KernelLock held = Objects.requireNonNull(claim.kernelLock());
            return LossCheck.isListed(held.inode(), held.isShared());
        }
    }

    @Override
    public void release() {
        // An interrupt would close the channel before the record is erased.
        boolean interrupted = Thread.interrupted();
        String loss = null;
        try {
            // Under the monitor as a whole, so that no shared attempt is refused by a shared release.
            synchronized (claim.monitor()) {
                released = true;
                try {
                    loss = loss(Objects.requireNonNull(claim.kernelLock()));
                } finally {
                    removeHold(loss == null);
                }
            }
        } catch (IOException failure) {
            throw new FileLockingException(
                    "the release of the sidecar " + sidecar.path()
                            + " failed: it is free for this JVM, and for others when this process ends at the latest",
                    failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (loss != null) {
            throw new LockLostException("the lock of the sidecar " + sidecar.path()
                    + " was lost while it was held, so others" + " may have been inside: " + loss
                    + "; look at what was written meanwhile, and leave sidecars alone");
        }
    }

    private @Nullable String loss(KernelLock held) {
        String loss = LossCheck.fileLoss(sidecar, held.inode());
        return loss != null || !verifies ? loss : LossCheck.kernelLoss(held.inode(), held.isShared(), wasListed);
    }

    private void removeHold(boolean isIntact) throws IOException {
        KernelLock last = claim.removeHold(owner);
        if (last == null) {
            return;
        }
        try {
            if (claim.isRecorded() && isIntact) { // Otherwise it may be another's by now.
                OwnerRecord.erase(last.channel(), sidecar.path(), last.isShared());
            }
        } catch (ClosedByInterruptException closed) {
            // An interrupt came just now, and has closed the channel: that is a release, too.
        } finally {
            try {
                claim.giveBack(last);
            } finally {
                claim.leave();
            }
        }
    }

    @Override
    public void detach() {
        synchronized (claim.monitor()) {
            if (!released) { // By another thread, just now.
                claim.addHold(null);
                claim.removeHold(owner);
                owner = null;
            }
        }
    }

    @Override
    public boolean isValid() {
        synchronized (claim.monitor()) {
            KernelLock held = claim.kernelLock();
            return held != null && held.lock().isValid();
        }
    }
}
