package io.github.filelocked.lock;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One hold of one thread, or of nobody once it is detached. */
final class SidecarGrant implements LockProvider.Grant {

    private final Claim claim;
    private final Path lockFile;
    private @Nullable Thread owner = Thread.currentThread();
    private boolean released;

    SidecarGrant(Claim claim, Path lockFile) {
        this.claim = claim;
        this.lockFile = lockFile;
    }

    @Override
    public void release() {
        // An interrupt would close the channel before the record is erased.
        boolean interrupted = Thread.interrupted();
        try {
            // Under the monitor as a whole, so that no shared attempt is refused by a shared release.
            synchronized (claim.monitor()) {
                released = true;
                KernelLock last = claim.removeHold(owner);
                if (last != null) {
                    eraseAndGiveBack(last);
                }
            }
        } catch (IOException failure) {
            throw new FileLockingException(
                    "the release of the sidecar " + lockFile
                            + " failed: it is free for this JVM, and for others when this process ends at the latest",
                    failure);
        } finally {
            claim.leave();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void eraseAndGiveBack(KernelLock last) throws IOException {
        try {
            if (claim.isRecorded()) {
                OwnerRecord.erase(last.channel(), last.isShared());
            }
        } catch (ClosedByInterruptException closed) {
            // An interrupt came just now, and has closed the channel: that is a release, too.
        } finally {
            claim.giveBack(last);
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
