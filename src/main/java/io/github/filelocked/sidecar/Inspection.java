package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockHolder.Source;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.diagnosis.HolderDiagnosis;
import io.github.filelocked.sidecar.diagnosis.KernelLockList;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells who holds a lock, without acquiring or changing anything. */
final class Inspection {

    private Inspection() {}

    static Optional<LockHolder> holder(Sidecar sidecar, LockRequest request) throws IOException {
        Claim claim = Claim.join(request.lockFile(), request.resource(), sidecar.optionNames());
        try {
            if (!claim.inspect()) { // A thread of this JVM holds, or waits in the kernel and sees the holder.
                LockHolder here = claim.holder();
                return here != null ? Optional.of(here) : LongWaits.holder(request.lockFile());
            }
            try {
                return Optional.ofNullable(holderElsewhere(sidecar, claim));
            } finally {
                claim.free();
            }
        } finally {
            claim.leave();
        }
    }

    /** Reads the record with the claim, because a close of the file would drop a lock of this JVM. */
    private static @Nullable LockHolder holderElsewhere(Sidecar sidecar, Claim claim) throws IOException {
        Object inode = sidecar.identifyExisting();
        if (inode == null) {
            return null; // Never locked.
        }
        Claim other = claim.claimInode(inode);
        if (other != null) {
            try {
                return other.holder();
            } finally {
                other.leave();
            }
        }
        FileChannel channel = FileChannel.open(sidecar.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            LockHolder holder = HolderDiagnosis.of(channel, inode);
            return holder != null && isHolding(holder, inode) ? holder : null;
        } finally {
            closeUnlessUsed(channel, inode);
            claim.unclaimInode(inode);
        }
    }

    /**
     * Closes the channel unless other code in this JVM has a lock, which the close would drop; the JDK knows of it if
     * it is on these bytes.
     */
    private static void closeUnlessUsed(FileChannel channel, Object inode) throws IOException {
        try {
            FileLock content = channel.tryLock(KernelLock.LOCK + 1, KernelLock.GATE - 1, true);
            KernelLock.close(channel, content);
        } catch (OverlappingFileLockException foreign) {
            KernelAttempt.keepOpen(inode, channel);
        }
    }

    /** A record that its holder could not erase stays; the kernel knows better where it lists the holder's locks. */
    private static boolean isHolding(LockHolder holder, Object inode) {
        return holder.source() != Source.WAITER_AT_THE_GATE
                && (holder.source() != Source.RECORD
                        || !KernelLockList.of(inode).holders(KernelLock.LOCK).isEmpty());
    }
}
