package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.kernel.JvmWide;
import io.github.filelocked.sidecar.kernel.KernelLock;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM knows about one sidecar: who in it waits, who holds, and the kernel's lock.
 *
 * <p>The table of claims is one for the JVM, even if several class loaders each have a copy of this library: it is kept
 * among the system properties, and an entry is an array of JDK types that every copy understands. So no copy's classes
 * are kept from being unloaded. A copy whose entries differ must use another key, hence the number in it. An entry exists
 * as long as someone holds or waits.
 *
 * <p>Three guards, in this order. {@link #queue()} is a fair line of those who wait; its head alone goes on. {@link
 * #permit()} is the claim proper: who has it may open the sidecar, and keeps it until the sidecar is closed again. The
 * monitor, {@link #monitor()}, guards the rest, and is kept by nobody who waits for another holder.
 */
final class Claim {

    /** The threads of an entry, with the number of their holds; detached holds belong to the null thread. */
    private static final int HOLDS = 0;

    private static final int QUEUE = 1;
    private static final int PERMIT = 2;
    /** The {@link FileLock}, referred to from here because an unreachable channel is closed by the garbage collector. */
    private static final int KERNEL_LOCK = 3;

    private static final int INODE = 4;
    /** Of the first holder: thread's name, operation, since when. */
    private static final int HOLDER = 5;
    /** The number of attempts, and one more while it is held; it changes only inside {@link ConcurrentMap#compute}. */
    private static final int USERS = 6;

    /** Whether the sidecar holds the first holder's record. */
    private static final int RECORDED = 7;

    /** From so many holds of one thread on, it is taken for a recursion, which may end with an overflow of the stack. */
    private static final int RECURSION = 8;

    /** Several times the calls inside each other of a release: compiled, as the reserve is, a call takes the least stack. */
    private static final int RELEASE_FRAMES = 400;

    private static final ConcurrentMap<Path, @Nullable Object[]> TABLE = JvmWide.table("io.github.filelocked.claims/1");

    private final Path sidecar;
    private final @Nullable Object[] entry;

    private Claim(Path sidecar, @Nullable Object[] entry) {
        this.sidecar = sidecar;
        this.entry = entry;
    }

    /** Takes one hold more for a thread that has one already; null if it has none. */
    static @Nullable Claim reenter(LockRequest request, Thread thread) {
        @Nullable Object[] entry = TABLE.get(request.lockFile());
        if (entry == null) {
            return null;
        }
        Claim claim = new Claim(request.lockFile(), entry);
        synchronized (entry) {
            Integer count = claim.holds().get(thread);
            if (count == null) {
                return null;
            }
            if (Objects.requireNonNull(claim.kernelLock()).isShared()
                    && request.target().mode() == LockMode.EXCLUSIVE) {
                throw new LockRefusedException(
                        Reason.UPGRADE,
                        "this thread holds " + request.resource()
                                + " shared, and may not turn that into an exclusive hold: another thread that tried the same would"
                                + " wait for this one, and this one for it; acquire it exclusively in the first place");
            }
            if (count >= RECURSION) {
                reserveStack(RELEASE_FRAMES);
            }
            claim.addHold(thread);
            return claim;
        }
    }

    /**
     * Lets the stack overflow now, if it would do so in the release, which would leave a hold behind. A first hold needs
     * no such thing: its attempt went deeper.
     */
    private static int reserveStack(int frames) {
        return frames == 0 ? 0 : reserveStack(frames - 1) + 1;
    }

    /** Joins those who use the sidecar's entry, to be followed by one {@link #leave()}. */
    static Claim join(Path sidecar) {
        return new Claim(sidecar, TABLE.compute(sidecar, (path, present) -> {
            @Nullable
            Object[] entry = present != null
                    ? present
                    : new @Nullable Object[] {
                        new HashMap<>(1), new Semaphore(1, true), new Semaphore(1), null, null, null, 0, false
                    };
            entry[USERS] = users(entry) + 1;
            return entry;
        }));
    }

    void leave() {
        TABLE.computeIfPresent(sidecar, (path, present) -> {
            present[USERS] = users(present) - 1;
            return users(present) == 0 ? null : present;
        });
    }

    Object monitor() {
        return entry;
    }

    Semaphore queue() {
        return (Semaphore) Objects.requireNonNull(entry[QUEUE]);
    }

    Semaphore permit() {
        return (Semaphore) Objects.requireNonNull(entry[PERMIT]);
    }

    /** Whether someone stands in the line, or has just become its head. */
    boolean isAwaited() {
        return queue().availablePermits() == 0 || queue().hasQueuedThreads();
    }

    /** Under the monitor: the kernel's lock if this JVM holds it. */
    @Nullable
    KernelLock kernelLock() {
        FileLock lock = (FileLock) entry[KERNEL_LOCK];
        return lock == null ? null : new KernelLock(lock, Objects.requireNonNull(entry[INODE]));
    }

    /** Under the monitor, with the permit: the kernel's lock is had. */
    void obtained(KernelLock kernelLock, LockHolder holder, boolean recorded) {
        entry[RECORDED] = recorded;
        entry[KERNEL_LOCK] = kernelLock.lock();
        entry[INODE] = kernelLock.inode();
        entry[HOLDER] = new Object[] {holder.thread(), holder.operation(), holder.since()};
    }

    /** Under the monitor, while it is held: whether the sidecar says so, and is to be cleaned before the release. */
    boolean isRecorded() {
        return Boolean.TRUE.equals(entry[RECORDED]);
    }

    /** Under the monitor: one hold more. */
    void addHold(@Nullable Thread owner) {
        holds().merge(owner, 1, Integer::sum);
    }

    /**
     * Under the monitor: one hold less.
     *
     * @return the kernel's lock if that was the last one: to be given back, and the permit after it
     */
    @Nullable
    KernelLock removeHold(@Nullable Thread owner) {
        int left = Objects.requireNonNull(holds().remove(owner)) - 1;
        if (left > 0) {
            holds().put(owner, left);
        }
        if (!holds().isEmpty()) {
            return null;
        }
        KernelLock kernelLock = kernelLock();
        entry[KERNEL_LOCK] = null;
        entry[INODE] = null;
        entry[HOLDER] = null;
        return kernelLock;
    }

    /** Closes the kernel's lock, if there is one, and only then gives the permit back. */
    void giveBack(@Nullable KernelLock kernelLock) throws IOException {
        try {
            if (kernelLock != null) {
                kernelLock.release();
            }
        } finally {
            permit().release();
        }
    }

    /** Who in this JVM holds it, or null. */
    @Nullable
    LockHolder holder() {
        synchronized (entry) {
            @Nullable Object[] holder = (Object[]) entry[HOLDER];
            return holder == null ? null : OwnerRecord.of((String) holder[0], (String) holder[1], (Instant) holder[2]);
        }
    }

    @SuppressWarnings("unchecked")
    private Map<@Nullable Thread, Integer> holds() {
        return (Map<@Nullable Thread, Integer>) Objects.requireNonNull(entry[HOLDS]);
    }

    private static int users(@Nullable Object[] entry) {
        return (Integer) Objects.requireNonNull(entry[USERS]);
    }
}
