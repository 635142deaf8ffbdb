package io.github.filelocked.sidecar;

import io.github.filelocked.sidecar.kernel.KernelLock;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to what a JVM knows about one lock file. The data is an array of JDK types, because several copies of
 * this library in several class loaders share it, and none of them may keep another one's classes from being unloaded.
 *
 * <p><b>Thread safety.</b> All access happens under the {@link #monitor()}.
 */
final class ClaimEntry {

    private final @Nullable Object[] slots;

    ClaimEntry(@Nullable Object[] slots) {
        this.slots = slots;
    }

    /** The positions in the array; a change of them needs another key of the table, see {@link Claim}. */
    private enum Slot {
        /** {@code Path}: the path of the lock file under which the entry is in the table. */
        PATH(0),
        /** {@code Path}: the resource for which the lock file was first asked. */
        RESOURCE(9),
        /** {@code Map<Thread, int[]>}: the number of holds of each thread; detached holds belong to the null thread. */
        HOLDS(1),
        /** {@code ArrayDeque<Runnable>}: the waiters in the order of their arrival; running one makes it look again. */
        LINE(2),
        /** {@code ArrayDeque<Runnable>}: single attempts that wait for the end of a change, and are in no line. */
        BYSTANDERS(3),
        /**
         * {@code int[4]}: the users (acquisitions under way, and the kernel's lock), the holds, the state's ordinal,
         * and the exclusive waiters in the line.
         */
        COUNTS(4),
        /** {@code FileLock}, referred to from here because the garbage collector closes an unreachable channel. */
        KERNEL_LOCK(5),
        /** {@code Object}: the device and number of the locked file. */
        INODE(6),
        /** {@code Object[]}: the first holder's thread name and operation, and the time of its acquisition. */
        HOLDER(7),
        /** {@code Boolean}: whether the lock file contains the first holder's record. */
        RECORDED(8);

        private final int index;

        Slot(int index) {
            this.index = index;
        }
    }

    /** The use that this JVM makes of a lock file at present. */
    enum State {
        FREE,
        /** A thread of this JVM opens, locks, unlocks or closes the file for an exclusive hold. */
        CHANGING_EXCLUSIVE,
        /** As before, for a shared hold. */
        CHANGING_SHARED,
        /** A thread of this JVM waits in the kernel for another process. */
        AWAITED,
        /** A thread of this JVM reads the file. */
        INSPECTED,
        HELD
    }

    private static final State[] STATES = State.values();

    /** Creates an entry with one user. */
    static ClaimEntry of(Path lockFile, Path resource) {
        @Nullable Object[] slots = new @Nullable Object[Slot.values().length];
        slots[Slot.PATH.index] = lockFile;
        slots[Slot.RESOURCE.index] = resource;
        slots[Slot.HOLDS.index] = new HashMap<@Nullable Thread, int[]>(2);
        slots[Slot.LINE.index] = new ArrayDeque<Runnable>(1);
        slots[Slot.BYSTANDERS.index] = new ArrayDeque<Runnable>(1);
        slots[Slot.COUNTS.index] = new int[4];
        ClaimEntry entry = new ClaimEntry(slots);
        entry.setUsers(1);
        return entry;
    }

    /** Returns the array itself, as the tables keep it. */
    @Nullable
    Object[] slots() {
        return slots;
    }

    Object monitor() {
        return slots;
    }

    Path path() {
        return required(Slot.PATH);
    }

    Path resource() {
        return required(Slot.RESOURCE);
    }

    Map<@Nullable Thread, int[]> holds() {
        return required(Slot.HOLDS);
    }

    ArrayDeque<Runnable> line() {
        return required(Slot.LINE);
    }

    ArrayDeque<Runnable> bystanders() {
        return required(Slot.BYSTANDERS);
    }

    int users() {
        return counts()[0];
    }

    void setUsers(int users) {
        counts()[0] = users;
    }

    int holdCount() {
        return counts()[1];
    }

    void setHoldCount(int holds) {
        counts()[1] = holds;
    }

    int exclusiveWaiters() {
        return counts()[3];
    }

    void setExclusiveWaiters(int waiters) {
        counts()[3] = waiters;
    }

    State state() {
        return STATES[counts()[2]];
    }

    void setState(State state) {
        int code = 0;
        while (STATES[code] != state) {
            code++;
        }
        counts()[2] = code;
    }

    /** Returns the kernel's lock if this JVM holds it. */
    @Nullable
    KernelLock kernelLock() {
        FileLock lock = lock();
        return lock == null ? null : new KernelLock(lock, inode());
    }

    @Nullable
    FileLock lock() {
        return (FileLock) get(Slot.KERNEL_LOCK);
    }

    /** Returns the inode of the locked file; an error if nothing is locked. */
    Object inode() {
        return required(Slot.INODE);
    }

    boolean isHeldShared() {
        FileLock lock = lock();
        return lock != null && lock.isShared();
    }

    void setKernelLock(@Nullable FileLock lock, @Nullable Object inode) {
        set(Slot.KERNEL_LOCK, lock);
        set(Slot.INODE, inode);
    }

    void setHolder(@Nullable Object @Nullable [] threadOperationSince, boolean recorded) {
        set(Slot.HOLDER, threadOperationSince);
        set(Slot.RECORDED, recorded);
    }

    /** Returns the first holder's thread name, operation and time, as {@link #holderData} packs them. */
    @Nullable
    Object @Nullable [] holder() {
        return (@Nullable Object[]) get(Slot.HOLDER);
    }

    static @Nullable Object[] holderData(String thread, String operation, Instant since) {
        return new Object[] {thread, operation, since};
    }

    boolean isRecorded() {
        return Boolean.TRUE.equals(get(Slot.RECORDED));
    }

    private int[] counts() {
        return required(Slot.COUNTS);
    }

    private @Nullable Object get(Slot slot) {
        return slots[slot.index];
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Each slot has one type.
    private <T> T required(Slot slot) {
        return (T) Objects.requireNonNull(get(slot));
    }

    private void set(Slot slot, @Nullable Object value) {
        slots[slot.index] = value;
    }
}
