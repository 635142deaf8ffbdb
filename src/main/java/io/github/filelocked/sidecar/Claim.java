package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.ClaimEntry.State;
import io.github.filelocked.sidecar.diagnosis.OwnerRecord;
import io.github.filelocked.sidecar.kernel.JvmWide;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A JVM's claim on one lock file: who waits, who holds, and who of its threads works on the file at present.
 *
 * <p>There is one table of claims in a JVM. A claim is found by the lock file's path, and by its inode while a thread
 * of this JVM has it open, because one file may have several paths (bind mounts, hard links). Only the thread that has
 * set a state other than {@link State#FREE} may open the file, and it sets the state back after the file is closed
 * (I2).
 *
 * <p>No method here does I/O or waits: the monitor is held for moments only, whatever a file system does (I22).
 */
final class Claim {

    /** From this many holds of one thread on, the thread is taken for a recursion that may overflow the stack. */
    private static final int RECURSION = 8;

    /**
     * Several times the nested calls of a release. The reserve is compiled, and a compiled call takes the least stack.
     */
    private static final int RELEASE_FRAMES = 400;

    private static final ConcurrentMap<Path, @Nullable Object[]> BY_PATH =
            JvmWide.table("io.github.filelocked.claims/2");
    private static final ConcurrentMap<Object, @Nullable Object[]> BY_INODE =
            JvmWide.table("io.github.filelocked.inodes/2");

    private static final ConcurrentMap<Path, @Nullable Object[]> BY_RESOURCE =
            JvmWide.table("io.github.filelocked.resources/1");

    /** The next step of an acquisition. */
    enum Turn {
        /** Open and lock the file; {@link #obtained} or {@link #free} follows. */
        ATTEMPT,
        /** Use the shared hold that was added, if no exclusive waiter has shut the gate; otherwise remove it again. */
        JOIN,
        /** Wait until the waiter's wake runs. */
        WAIT,
        /** Give up: a single attempt does not wait. */
        BUSY
    }

    private final ClaimEntry entry;

    private Claim(ClaimEntry entry) {
        this.entry = entry;
    }

    /** Takes one more hold for a thread that has one already; null if the thread has none. */
    static @Nullable Claim reenter(LockRequest request, Thread thread) {
        @Nullable Object[] slots = BY_PATH.get(request.lockFile());
        if (slots == null) {
            return null;
        }
        Claim claim = new Claim(new ClaimEntry(slots));
        return claim.addNestedHold(request, thread) ? claim : null;
    }

    /**
     * Takes one more hold if the thread has one; the first of them has joined, and so this one leaves nothing to leave.
     */
    boolean addNestedHold(LockRequest request, @Nullable Thread thread) {
        synchronized (entry.monitor()) {
            int[] count = thread == null ? null : entry.holds().get(thread);
            if (count == null || count[0] == 0) {
                return false;
            }
            if (entry.isHeldShared() && request.target().mode() == LockMode.EXCLUSIVE) {
                throw new LockRefusedException(
                        Reason.UPGRADE,
                        "this thread holds " + request.resource()
                                + " shared, and may not turn that into an exclusive hold: another thread that tried"
                                + " the same"
                                + " would wait for this one, and this one for it; acquire it exclusively in the"
                                + " first place");
            }
            if (count[0] >= RECURSION) {
                reserveStack(RELEASE_FRAMES);
            }
            count[0]++;
            entry.setHoldCount(entry.holdCount() + 1);
            return true;
        }
    }

    /**
     * Overflows the stack now if the release would overflow it, because a release that fails leaves a hold behind. A
     * first hold needs no reserve: its attempt went deeper.
     */
    private static int reserveStack(int frames) {
        return frames == 0 ? 0 : reserveStack(frames - 1) + 1;
    }

    /**
     * Joins the users of a lock file; one {@link #leave()} follows.
     *
     * @throws LockRefusedException if the resource is a lock file in use, or the lock file is a resource in use
     */
    static Claim join(Path sidecar, Path resource, UnaryOperator<String> optionNames) {
        Claim claim = joinEntry(sidecar, resource);
        try {
            BY_RESOURCE.putIfAbsent(claim.entry.resource(), claim.entry.slots());
            refuseLockFileAsResource(BY_PATH.get(resource), resource);
            @Nullable Object[] other = BY_RESOURCE.get(sidecar);
            if (other != null && !isDead(other)) {
                throw new LockRefusedException(
                        Reason.IN_USE_AS_LOCK_FILE,
                        "cannot lock " + resource + ": its lock file " + sidecar
                                + " is a resource that this JVM has locked, so"
                                + " its holder may write to it; choose another name, or another "
                                + optionNames.apply("lockFileSuffix"));
            }
            return claim;
        } catch (RuntimeException | Error failure) {
            claim.leave();
            throw failure;
        }
    }

    /**
     * Refuses a resource that is a lock file in use under another path: one file, seen through a bind mount or a link.
     */
    static void refuseOpenFile(Object inode, Path resource) {
        refuseLockFileAsResource(BY_INODE.get(inode), resource);
    }

    private static void refuseLockFileAsResource(@Nullable Object @Nullable [] user, Path resource) {
        if (user != null && !isDead(user)) {
            throw new LockRefusedException(
                    Reason.IN_USE_AS_LOCK_FILE,
                    "cannot lock " + resource + ": it is the lock file of " + new ClaimEntry(user).resource()
                            + ", which this JVM uses now; reading or replacing it drops that lock; lock the"
                            + " resource itself");
        }
    }

    private static Claim joinEntry(Path sidecar, Path resource) {
        while (true) {
            @Nullable Object[] present = BY_PATH.get(sidecar);
            if (present == null) {
                Claim fresh = new Claim(ClaimEntry.of(sidecar, resource));
                if (fresh.enterTable()) {
                    return fresh;
                }
            } else {
                Claim claim = new Claim(new ClaimEntry(present));
                if (claim.joinUnlessDead()) {
                    return claim;
                }
                claim.leaveTables();
            }
        }
    }

    /** Adds a fresh claim, which counts its maker as a user. False if another claim of the path is there. */
    private boolean enterTable() {
        try {
            return BY_PATH.putIfAbsent(entry.path(), entry.slots()) == null;
        } catch (Error failure) { // The table may contain the claim nevertheless, and a thread may have joined it.
            leave();
            throw failure;
        }
    }

    private boolean joinUnlessDead() {
        synchronized (entry.monitor()) {
            if (entry.users() == 0) {
                return false;
            }
            entry.setUsers(entry.users() + 1);
            return true;
        }
    }

    private static boolean isDead(@Nullable Object[] slots) {
        ClaimEntry entry = new ClaimEntry(slots);
        synchronized (entry.monitor()) {
            return entry.users() == 0;
        }
    }

    /**
     * Leaves the users of a lock file; the last one takes the claim out of the tables. If memory is short, that can
     * fail, and then the next thread that meets the dead claim does it.
     */
    void leave() {
        boolean dead;
        synchronized (entry.monitor()) {
            entry.setUsers(entry.users() - 1);
            dead = entry.users() == 0;
        }
        if (dead) {
            leaveTables();
        }
    }

    private void leaveTables() {
        try {
            BY_RESOURCE.remove(entry.resource(), entry.slots());
        } finally {
            BY_PATH.remove(entry.path(), entry.slots());
        }
    }

    /**
     * Registers an inode for this claim before the file is opened.
     *
     * @return null, or the claim under which this JVM has the same file already: joined, to be left
     */
    @Nullable
    Claim claimInode(Object inode) {
        while (true) {
            @Nullable Object[] other = BY_INODE.putIfAbsent(inode, entry.slots());
            if (other == null || other == entry.slots()) {
                return null;
            }
            Claim claim = new Claim(new ClaimEntry(other));
            if (claim.joinUnlessDead()) {
                return claim;
            }
            BY_INODE.remove(inode, other); // A claim without users has nothing open.
        }
    }

    /** Returns the claim under which this JVM has a file open at present, not joined; null if it does not. */
    static @Nullable Claim findOpen(Object inode) {
        @Nullable Object[] slots = BY_INODE.get(inode);
        return slots == null ? null : new Claim(new ClaimEntry(slots));
    }

    /** Returns what other threads than the given one hold, with the first holder of each, for a message. */
    static Map<Path, LockHolder> heldByOthers(Thread thread) {
        Map<Path, LockHolder> held = new HashMap<>();
        for (@Nullable Object[] slots : BY_INODE.values()) {
            ClaimEntry entry = new ClaimEntry(slots);
            synchronized (entry.monitor()) {
                LockHolder holder = new Claim(entry).holder();
                if (holder != null && !entry.holds().containsKey(thread)) {
                    held.put(entry.resource(), holder);
                }
            }
        }
        return held;
    }

    /** Returns whether a thread holds any lock file. */
    static boolean isHolder(Thread thread) {
        for (@Nullable Object[] slots : BY_INODE.values()) {
            ClaimEntry entry = new ClaimEntry(slots);
            synchronized (entry.monitor()) {
                int[] count = entry.holds().get(thread);
                if (count != null && count[0] > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Gives an inode back after the file was closed. */
    void unclaimInode(Object inode) {
        BY_INODE.remove(inode, entry.slots());
    }

    Path lockFile() {
        return entry.path();
    }

    /** Decides what an acquisition does next, and marks this JVM as being at work if that is an attempt. */
    Turn enter(Waiter waiter) {
        synchronized (entry.monitor()) {
            if (isFirst(waiter.wake()) || (waiter.isShared() && entry.exclusiveWaiters() == 0)) {
                switch (entry.state()) {
                    case FREE -> {
                        entry.setState(waiter.isShared() ? State.CHANGING_SHARED : State.CHANGING_EXCLUSIVE);
                        return Turn.ATTEMPT;
                    }
                    case HELD -> {
                        if (waiter.isShared() && waiter.mayJoin() && entry.isHeldShared()) {
                            addHold(waiter.owner());
                            return Turn.JOIN;
                        }
                    }
                    case CHANGING_SHARED, INSPECTED -> {
                        boolean endsWell = waiter.isShared() || entry.state() == State.INSPECTED;
                        if (waiter.isSingle() && endsWell) {
                            if (!entry.bystanders().contains(waiter.wake())) {
                                entry.bystanders().add(waiter.wake());
                            }
                            return Turn.WAIT;
                        }
                    }
                    case CHANGING_EXCLUSIVE, AWAITED -> {}
                }
            }
            if (waiter.isSingle()) {
                return Turn.BUSY;
            }
            standInLine(waiter);
            return Turn.WAIT;
        }
    }

    /**
     * Lets an attempt go on to a wait in the kernel, which only the head of the line does.
     *
     * @return false if others came first; the attempt then ends, and its waiter stands in line behind them
     */
    boolean becomeHead(Waiter waiter) {
        boolean head;
        synchronized (entry.monitor()) {
            standInLine(waiter);
            head = isFirst(waiter.wake());
            if (head) {
                entry.setState(State.AWAITED);
            }
        }
        if (head) {
            wakeBystanders(); // They do not wait for another process.
        }
        return head;
    }

    private void standInLine(Waiter waiter) {
        if (!entry.line().contains(waiter.wake())) {
            entry.line().addLast(waiter.wake());
            if (!waiter.isShared()) {
                entry.setExclusiveWaiters(entry.exclusiveWaiters() + 1);
            }
        }
    }

    private boolean isFirst(Runnable wake) {
        Runnable head = entry.line().peekFirst();
        return head == null || head == wake;
    }

    /** Leaves the line and whatever else the wake is registered for; the next head then looks again. */
    void leaveLine(Waiter waiter) {
        Runnable wake = waiter.wake();
        Runnable next = null;
        synchronized (entry.monitor()) {
            entry.bystanders().remove(wake);
            boolean wasHead = entry.line().peekFirst() == wake;
            boolean stood = entry.line().remove(wake);
            if (stood && !waiter.isShared()) {
                entry.setExclusiveWaiters(entry.exclusiveWaiters() - 1);
            }
            next = stood && wasHead ? entry.line().peekFirst() : null;
        }
        if (next != null) {
            next.run();
        }
    }

    /** Ends an attempt with a hold. The caller has made room for the hold with {@link #reserveHold}. */
    void obtained(KernelLock lock, @Nullable Object[] holder, boolean recorded, @Nullable Thread owner) {
        synchronized (entry.monitor()) {
            entry.setKernelLock(lock.lock(), lock.inode());
            entry.setHolder(holder, recorded);
            entry.setState(State.HELD);
            addHold(owner);
        }
        wakeAll();
    }

    /** Makes room for a hold, so that nothing has to be allocated once the kernel's lock is held. */
    void reserveHold(@Nullable Thread owner) {
        synchronized (entry.monitor()) {
            entry.holds().computeIfAbsent(owner, absent -> new int[1]);
        }
    }

    /** Takes back the room of {@link #reserveHold} if no hold was added. */
    void unreserveHold(@Nullable Thread owner) {
        synchronized (entry.monitor()) {
            int[] count = entry.holds().get(owner);
            if (count != null && count[0] == 0) {
                entry.holds().remove(owner);
            }
        }
    }

    private void addHold(@Nullable Thread owner) {
        entry.holds().computeIfAbsent(owner, absent -> new int[1])[0]++;
        entry.setHoldCount(entry.holdCount() + 1);
    }

    /** Detaches a hold from its thread. */
    void detachHold(@Nullable Thread owner) {
        synchronized (entry.monitor()) {
            addHold(null);
            decrease(owner);
        }
    }

    /** Attaches a detached hold to a thread. */
    void attachHold(Thread thread) {
        synchronized (entry.monitor()) {
            addHold(thread);
            decrease(null);
        }
    }

    /** Returns whether a hold is the only one of its thread. */
    boolean isOnlyHoldOf(@Nullable Thread owner) {
        synchronized (entry.monitor()) {
            int[] count = entry.holds().get(owner);
            return owner == null || (count != null && count[0] == 1);
        }
    }

    /**
     * Removes one hold, without an allocation that could fail.
     *
     * @return the kernel's lock if that was the last hold: the caller closes it, and then calls {@link #endUse}
     */
    @Nullable
    FileLock removeHold(@Nullable Thread owner) {
        synchronized (entry.monitor()) {
            decrease(owner);
            if (entry.holdCount() > 0) {
                return null;
            }
            entry.setState(entry.isHeldShared() ? State.CHANGING_SHARED : State.CHANGING_EXCLUSIVE);
            return entry.lock();
        }
    }

    private void decrease(@Nullable Thread owner) {
        int[] count = Objects.requireNonNull(entry.holds().get(owner));
        entry.setHoldCount(entry.holdCount() - 1);
        if (--count[0] == 0) {
            entry.holds().remove(owner);
        }
    }

    /** Ends whatever a thread of this JVM did with the file, which is closed. */
    void free() {
        synchronized (entry.monitor()) {
            entry.setKernelLock(null, null);
            entry.setHolder(null, false);
            entry.setState(State.FREE);
        }
        wakeAll();
    }

    /** Ends the last hold after its file is closed; each step runs even if the one before runs out of memory. */
    void endUse() {
        try {
            unclaimInode(entry.inode());
        } finally {
            try {
                free();
            } finally {
                leave();
            }
        }
    }

    /** Takes the file for reading what it says; {@link #free()} follows. False if a thread of this JVM works on it. */
    boolean inspect() {
        synchronized (entry.monitor()) {
            boolean free = entry.state() == State.FREE;
            if (free) {
                entry.setState(State.INSPECTED);
            }
            return free;
        }
    }

    private void wakeAll() {
        Runnable head;
        synchronized (entry.monitor()) {
            head = entry.line().peekFirst();
        }
        if (head != null) {
            head.run();
        }
        wakeBystanders();
    }

    private void wakeBystanders() {
        while (true) {
            Runnable bystander;
            synchronized (entry.monitor()) {
                bystander = entry.bystanders().pollFirst();
            }
            if (bystander == null) {
                return;
            }
            bystander.run();
        }
    }

    /** Returns the kernel's lock while this JVM holds it. */
    @Nullable
    KernelLock kernelLock() {
        synchronized (entry.monitor()) {
            return entry.kernelLock();
        }
    }

    boolean isHeldShared() {
        synchronized (entry.monitor()) {
            return entry.state() == State.HELD && entry.isHeldShared();
        }
    }

    boolean isRecorded() {
        synchronized (entry.monitor()) {
            return entry.isRecorded();
        }
    }

    /** Returns the holder in this JVM, or null. */
    @Nullable
    LockHolder holder() {
        synchronized (entry.monitor()) {
            @Nullable Object[] holder = entry.holder();
            if (holder == null) {
                return null;
            }
            String thread = (String) Objects.requireNonNull(holder[0]);
            return OwnerRecord.of(
                    isAbandoned() ? thread + " (which has ended without releasing it)" : thread,
                    (String) Objects.requireNonNull(holder[1]),
                    (Instant) Objects.requireNonNull(holder[2]));
        }
    }

    /** Returns whether all holds belong to threads that have ended. */
    private boolean isAbandoned() {
        for (var hold : entry.holds().entrySet()) {
            Thread owner = hold.getKey();
            if (owner == null || owner.isAlive()) {
                return false;
            }
        }
        return !entry.holds().isEmpty();
    }

    /** Returns the claim of a lock file that a thread of this JVM uses, without joining it; null if there is none. */
    static @Nullable Claim find(Path sidecar) {
        @Nullable Object[] slots = BY_PATH.get(sidecar);
        return slots == null ? null : new Claim(new ClaimEntry(slots));
    }

    /** An acquisition as its claim sees it. */
    interface Waiter {

        /** Makes the waiter look again; the same object each time, quick, and safe to run at any moment. */
        Runnable wake();

        @Nullable
        Thread owner();

        boolean isShared();

        /** Returns whether the waiter makes one attempt, and does not wait for a holder. */
        boolean isSingle();

        /** Returns false for a while after an exclusive waiter was found at the gate. */
        boolean mayJoin();
    }
}
