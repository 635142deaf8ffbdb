package io.github.filelocked.sidecar.process;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A referee in memory that all processes share. It knows nothing of locks, so it cannot share their faults.
 *
 * <p>Every process has a seat, every hold of a process a slot, and every slot one cell for each resource. A holder
 * writes its mode into its own cell after it has acquired the lock, and then looks at all other cells of the resource.
 * Of two holders that overlap, at least one sees the other, because all reads and writes are volatile.
 *
 * <p>A killed process leaves its cells behind. Its supervisor marks the seat as doomed before the kill, and as dead
 * after {@code waitpid}. A holder that meets the cell of a doomed seat waits for one of two ends: the seat dies, so the
 * kernel has freed its lock in time, or the cell is cleared by its owner, so the owner was alive beside this holder.
 */
final class FuzzBoard {

    static final int SEATS = 6;
    static final int SLOTS = 32;
    static final int RESOURCES = 8;

    /** The number of events of each kind, in all processes together, the killed ones included. */
    enum Tally {
        FOUL,
        WAITING,
        TIMED,
        SINGLE,
        NESTED,
        DETACHED,
        SEVERAL,
        REENTERED,
        REFUSED_UPGRADE,
        HELD_ANOTHER_INSIDE,
        BUSY,
        INTERRUPTED,
        KILLED,
        STOPPED_HOLDER,
        STOPPED_WAITER
    }

    private static final List<Tally> TALLIES = List.of(Tally.values());

    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int FREE = 0;
    private static final int EXCLUSIVE = 1;
    private static final int SHARED = 2;

    /** The life of a seat is its generation times this, plus what is below. */
    private static final int STAGES = 3;

    private static final int ALIVE = 0;
    private static final int DOOMED = 1;
    private static final int DEAD = 2;

    private static final int SEAT_SIZE = 1 + SLOTS + RESOURCES * SLOTS;

    private final MappedByteBuffer memory;
    private final Duration patience;

    private FuzzBoard(MappedByteBuffer memory, Duration patience) {
        this.memory = memory;
        this.patience = patience;
    }

    /** Opens the board in a file, and creates it empty if the file is not there yet. */
    static FuzzBoard open(Path file, Duration patience) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = Integer.BYTES * (TALLIES.size() + (long) SEATS * SEAT_SIZE);
            return new FuzzBoard(channel.map(FileChannel.MapMode.READ_WRITE, 0, size), patience);
        }
    }

    /** Enters a resource after its lock was acquired. Answers what is wrong, if anything is. */
    Optional<String> enter(int seat, int slot, int resource, boolean shared) {
        int mode = shared ? SHARED : EXCLUSIVE;
        int own = cell(seat, slot, resource);
        if (!INTS.compareAndSet(memory, own, FREE, mode)) {
            return foul(seat, slot, resource, "entered twice");
        }
        for (int otherSeat = 0; otherSeat < SEATS; otherSeat++) {
            for (int otherSlot = 0; otherSlot < SLOTS; otherSlot++) {
                if (cell(otherSeat, otherSlot, resource) != own) {
                    String conflict = conflict(mode, otherSeat, otherSlot, resource);
                    if (conflict != null) {
                        return foul(seat, slot, resource, conflict);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Leaves a resource before its lock is released. Answers what is wrong, if anything is. */
    Optional<String> leave(int seat, int slot, int resource, boolean shared) {
        return INTS.compareAndSet(memory, cell(seat, slot, resource), shared ? SHARED : EXCLUSIVE, FREE)
                ? Optional.empty()
                : foul(seat, slot, resource, "left without having entered");
    }

    /** Says whether a slot waits for a lock, so that the supervisor finds waiters to stop. */
    void waiting(int seat, int slot, boolean waits) {
        INTS.setVolatile(memory, state(seat, slot), waits ? 1 : 0);
    }

    boolean hasWaiter(int seat) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (get(state(seat, slot)) != 0) {
                return true;
            }
        }
        return false;
    }

    boolean hasHolder(int seat) {
        for (int resource = 0; resource < RESOURCES; resource++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                if (get(cell(seat, slot, resource)) != FREE) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Marks a process before it is killed. */
    void doom(int seat) {
        advance(seat, ALIVE);
    }

    /** Clears a process that has ended, and makes its seat ready for another one. */
    void bury(int seat) {
        advance(seat, DOOMED);
        for (int slot = 0; slot < SLOTS; slot++) {
            waiting(seat, slot, false);
            for (int resource = 0; resource < RESOURCES; resource++) {
                INTS.setVolatile(memory, cell(seat, slot, resource), FREE);
            }
        }
        advance(seat, DEAD);
    }

    void count(Tally what) {
        int unused = (int) INTS.getAndAdd(memory, tally(what), 1);
    }

    int counted(Tally what) {
        return get(tally(what));
    }

    private String conflict(int mode, int seat, int slot, int resource) {
        String there = "seat " + seat + " slot " + slot;
        long end = System.nanoTime() + patience.toNanos();
        int doomed = -1;
        while (true) {
            int life = get(life(seat)); // Before the cell, whose owner dies only after this was set.
            int found = get(cell(seat, slot, resource));
            if (life % STAGES == DEAD) {
                return null;
            }
            if (found == FREE || (found == SHARED && mode == SHARED)) {
                // A cell is cleared for its dead owner between two changes of the life.
                return doomed == get(life(seat)) ? there + " was alive beside it until it left" : null;
            }
            if (life % STAGES == ALIVE) {
                return there + " is inside";
            }
            if (System.nanoTime() > end) {
                return there + " is doomed, but does not die";
            }
            doomed = life;
            LockSupport.parkNanos(50_000);
        }
    }

    private Optional<String> foul(int seat, int slot, int resource, String what) {
        count(Tally.FOUL);
        return Optional.of("FOUL at resource " + resource + ": seat " + seat + " slot " + slot + ": " + what);
    }

    private void advance(int seat, int stage) {
        int life = get(life(seat));
        if (life % STAGES != stage || !INTS.compareAndSet(memory, life(seat), life, life + 1)) {
            throw new IllegalStateException("seat " + seat + " is at " + life);
        }
    }

    private int get(int place) {
        return (int) INTS.getVolatile(memory, place);
    }

    private static int tally(Tally what) {
        return Integer.BYTES * TALLIES.indexOf(what);
    }

    private static int life(int seat) {
        return Integer.BYTES * (TALLIES.size() + seat * SEAT_SIZE);
    }

    private static int state(int seat, int slot) {
        return life(seat) + Integer.BYTES * (1 + slot);
    }

    private static int cell(int seat, int slot, int resource) {
        return state(seat, SLOTS + resource * SLOTS + slot);
    }
}
