package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.FileLocksBuilder;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.sidecar.process.FuzzBoard.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One thread of the fuzzer. */
public final class FuzzWorker implements Runnable {

    /** Of each thread: one for its own hold, the others for holds that another thread has yet to close. */
    static final int SLOTS = 4;

    private final ConcurrentLinkedDeque<Integer> freeSlots = new ConcurrentLinkedDeque<>();
    private final AtomicReference<Throwable> failureOfCloser = new AtomicReference<>();

    private Random random;
    private FuzzPaths paths;
    private FuzzBoard board;
    private int seat;
    private BooleanSupplier over;
    private Executor closer;
    private FileLocks locks;

    /** Public like the class, and with types of the JDK alone, since a copy of it is called by reflection. */
    public void configure(Path root, int ownSeat, int worker, long seed, BooleanSupplier end, Executor closing)
            throws IOException {
        this.random = new Random(seed);
        this.paths = FuzzPaths.in(root);
        this.board = FuzzBoard.open(root.resolve("board"), ChildJvm.PATIENCE);
        this.seat = ownSeat;
        this.over = end;
        this.closer = closing;
        for (int i = 0; i < SLOTS; i++) {
            freeSlots.add(worker * SLOTS + i);
        }
        this.locks = locks(root, random.nextInt(4) > 0);
    }

    static FileLocks locks(Path root, boolean ownerRecord) {
        FileLocksBuilder builder = FileLocks.builder().ownerRecord(ownerRecord).longWaitLogInterval(Duration.ZERO);
        Path lockDirectory = FuzzPaths.lockDirectory(root);
        if (Files.exists(lockDirectory)) {
            builder.lockDirectory(lockDirectory);
        }
        return builder.build();
    }

    @Override
    public void run() {
        for (int i = 0; !over.getAsBoolean(); i++) {
            FuzzStep step = FuzzStep.draw(random);
            try {
                make(step);
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("step " + i + ", " + step + ": " + failure, failure);
            }
            Throwable failure = failureOfCloser.get();
            if (failure != null) {
                throw new AssertionError("by the thread that closes: " + failure, failure);
            }
        }
    }

    private void make(FuzzStep step) {
        Integer slot = freeSlots.poll();
        if (slot == null) { // The thread that closes is behind.
            LockSupport.parkNanos(50_000);
            return;
        }
        boolean handedOver = false;
        try {
            handedOver = make(step, slot);
        } catch (LockNotAcquiredException busy) {
            board.count(Tally.BUSY);
        } catch (LockInterruptedException interrupted) {
            if (!Thread.interrupted()) {
                throw new AssertionError("interrupted without the thread's flag", interrupted);
            }
            board.count(Tally.INTERRUPTED);
        } finally {
            board.waiting(seat, slot, false);
            if (!handedOver) {
                freeSlots.push(slot);
            }
        }
        if (step.forgetsInterrupt()) {
            boolean unused = Thread.interrupted();
        }
    }

    /** Answers whether the slot now belongs to the thread that closes. */
    private boolean make(FuzzStep step, int slot) {
        board.waiting(seat, slot, true);
        switch (step.kind()) {
            case WAITING -> hold(step, slot, FileLocks.NO_LIMIT);
            case TIMED -> hold(step, slot, step.timeout());
            case SINGLE -> hold(step, slot, Duration.ZERO);
            case NESTED -> nest(step, slot);
            case DETACHED -> {
                return detach(step, slot);
            }
            case SEVERAL -> holdSeveral(step, slot);
        }
        return false;
    }

    private void hold(FuzzStep step, int slot, Duration timeout) {
        try (HeldLock lock = locks.acquire(step.first().in(paths), timeout)) {
            enter(slot, step.first(), lock);
            stay(step);
            leave(slot, step.first(), lock);
        }
        board.count(step.kind().tally());
    }

    private void nest(FuzzStep step, int slot) {
        FuzzStep.Want outer = step.first();
        try (HeldLock lock = locks.acquire(outer.in(paths), step.timeout())) {
            enter(slot, outer, lock);
            try {
                reenter(
                        new FuzzStep.Want(
                                outer.resource(),
                                step.second().spelling(),
                                step.second().shared()),
                        outer.shared());
                tryInside(step, slot);
            } finally {
                leave(slot, outer, lock);
            }
        }
        board.count(Tally.NESTED);
    }

    /** A thread enters its own resource again without waiting, but never exclusively what it holds shared. */
    private void reenter(FuzzStep.Want again, boolean outerIsShared) {
        boolean isUpgrade = outerIsShared && !again.shared();
        try (HeldLock lock = locks.tryAcquire(again.in(paths)).orElse(null)) {
            if (lock == null) {
                throw new AssertionError("not reentrant: " + again);
            }
            if (isUpgrade) {
                throw new AssertionError("upgraded: " + again);
            }
            board.count(Tally.REENTERED);
        } catch (LockRefusedException refused) {
            if (!isUpgrade) {
                throw refused;
            }
            board.count(Tally.REFUSED_UPGRADE);
        }
    }

    private void tryInside(FuzzStep step, int slot) {
        Optional<HeldLock> inner = locks.tryAcquire(step.second().in(paths), step.timeout());
        if (inner.isPresent()) {
            try (HeldLock lock = inner.get()) {
                enter(slot, step.second(), lock);
                stay(step);
                leave(slot, step.second(), lock);
            }
            board.count(Tally.HELD_ANOTHER_INSIDE);
        }
    }

    private boolean detach(FuzzStep step, int slot) {
        HeldLock lock = locks.acquire(step.first().in(paths), step.timeout());
        try {
            enter(slot, step.first(), lock);
            lock.detach();
        } catch (RuntimeException | Error failure) {
            lock.close();
            throw failure;
        }
        closer.execute(() -> closeDetached(step, slot, lock));
        board.count(Tally.DETACHED);
        return true;
    }

    private void closeDetached(FuzzStep step, int slot, HeldLock lock) {
        try (lock) {
            stay(step);
            leave(slot, step.first(), lock);
        } catch (RuntimeException | Error failure) {
            failureOfCloser.compareAndSet(null, failure);
        } finally {
            freeSlots.push(slot);
        }
    }

    private void holdSeveral(FuzzStep step, int slot) {
        Duration timeout = step.forgetsInterrupt() ? FileLocks.NO_LIMIT : step.timeout();
        try (HeldLocks held = locks.acquireAll(
                step.wants().stream().map(want -> want.in(paths)).toList(), timeout, LockOrigin.of("fuzz"))) {
            for (int i = 0; i < step.wants().size(); i++) {
                enter(slot, step.wants().get(i), held.locks().get(i));
            }
            stay(step);
            for (int i = 0; i < step.wants().size(); i++) {
                leave(slot, step.wants().get(i), held.locks().get(i));
            }
        }
        board.count(Tally.SEVERAL);
    }

    private void enter(int slot, FuzzStep.Want want, HeldLock lock) {
        board.waiting(seat, slot, false);
        rejectFoul(board.enter(seat, slot, want.resource(), want.shared()), lock);
        if (!lock.isHeld()) {
            throw new AssertionError("not held: " + lock);
        }
    }

    private void leave(int slot, FuzzStep.Want want, HeldLock lock) {
        boolean stillHeld = lock.isHeld();
        rejectFoul(board.leave(seat, slot, want.resource(), want.shared()), lock);
        if (!stillHeld) {
            throw new AssertionError("lost: " + lock);
        }
    }

    private static void rejectFoul(Optional<String> foul, HeldLock lock) {
        foul.ifPresent(what -> {
            throw new AssertionError(what + ", by " + lock);
        });
    }

    private static void stay(FuzzStep step) {
        if (step.bodyMicros() > 0) {
            LockSupport.parkNanos(1_000L * step.bodyMicros());
        }
    }
}
