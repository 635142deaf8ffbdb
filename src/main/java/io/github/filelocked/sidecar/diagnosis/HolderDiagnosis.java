package io.github.filelocked.sidecar.diagnosis;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.sidecar.diagnosis.KernelLockList.Entry;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The holder that made an attempt fail: by its record if the kernel's list agrees or cannot tell, otherwise by the
 * list.
 *
 * <p>The record of a killed holder stays, so it is believed only if its process holds the lock, or may be alive. A
 * process that is in another pid namespace, or that {@code /proc} hides, may be alive.
 */
public final class HolderDiagnosis {

    private HolderDiagnosis() {}

    /** Loads this class. */
    public static void prepare() {}

    /**
     * Names the holder of a file that the kernel has just said to be busy. Never throws, and opens no descriptor of the
     * file. On an interrupted thread it closes the channel, as every use of a channel does.
     *
     * @param channel an open channel of the file
     * @param inode the file's key, as {@code BasicFileAttributes.fileKey()} gives it
     * @return null if nothing is known
     */
    public static @Nullable LockHolder of(FileChannel channel, Object inode) {
        try {
            return of(OwnerRecord.read(channel), KernelLockList.of(inode));
        } catch (Throwable failure) { // Not even a lack of memory or stack: a diagnosis never costs an attempt (I23).
            return null;
        }
    }

    private static @Nullable LockHolder of(@Nullable LockHolder record, KernelLockList list) {
        long self = KernelLockList.self();
        List<Entry> holders = list.holders(KernelLock.LOCK).stream()
                .filter(entry -> entry.pid() != self)
                .toList();
        LockHolder recorded = record == null ? null : believed(record, holders);
        return recorded != null ? recorded : fromList(holders, list, self);
    }

    private static @Nullable LockHolder believed(LockHolder record, List<Entry> holders) {
        if (!isOfThisHost(record)) {
            return record;
        }
        boolean isContradicted = !holders.isEmpty();
        for (Entry holder : holders) {
            if (holder.pid() <= 0) { // A lock of an open file description, which has no process.
                isContradicted = false;
            } else if (isSame(record, holder.pid())) {
                return seenAs(record, holder.pid());
            }
        }
        return isContradicted ? null : unlessGone(record);
    }

    private static boolean isSame(LockHolder record, long listed) {
        Long ownNumber = KernelLockList.ownNumber(listed);
        return ownNumber != null ? ownNumber == record.pid() : listed == record.pid() || !isOfThisNamespace(record);
    }

    /** Names a process of an inner pid namespace by its number here. */
    private static LockHolder seenAs(LockHolder record, long listed) {
        if (KernelLockList.ownNumber(listed) == null) {
            return record.unseen();
        }
        return new LockHolder(
                listed,
                record.host(),
                record.thread(),
                record.operation(),
                record.since(),
                record.source(),
                record.pidNamespace(),
                record.command());
    }

    private static @Nullable LockHolder unlessGone(LockHolder record) {
        if (!isOfThisNamespace(record)) {
            return record.unseen();
        }
        if (ProcessHandle.of(record.pid()).isPresent()) {
            return record;
        }
        return KernelLockList.hidesProcesses() ? record.unseen() : null;
    }

    private static boolean isOfThisHost(LockHolder record) {
        return record.host().equals(OwnerRecord.HOST);
    }

    private static boolean isOfThisNamespace(LockHolder record) {
        return record.pidNamespace().isEmpty() || record.pidNamespace().equals(OwnerRecord.PID_NAMESPACE);
    }

    private static @Nullable LockHolder fromList(List<Entry> holders, KernelLockList list, long self) {
        for (Entry holder : holders) {
            if (holder.pid() > 0) {
                return LockHolder.foreign(holder.pid(), KernelLockList.command(holder.pid()));
            }
        }
        if (!holders.isEmpty()) {
            return null; // Somebody, with a lock of an open file description.
        }
        for (Entry waiter : list.holders(KernelLock.GATE)) {
            if (waiter.pid() > 0 && waiter.pid() != self && !waiter.shared()) {
                return LockHolder.waiterAtTheGate(waiter.pid(), KernelLockList.command(waiter.pid()));
            }
        }
        return null;
    }
}
