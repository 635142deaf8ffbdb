package io.github.filelocked.boot;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The Actuator endpoint {@code filelocks}: what this application holds, what it waits for, and who holds that.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
@Endpoint(id = "filelocks")
public final class FileLocksEndpoint implements LockListener {

    /**
     * One acquisition.
     *
     * @param resource the canonical path
     * @param lockFile its lock file
     * @param mode exclusive or shared
     * @param operation the annotated method, or empty
     * @param thread the thread that asked for it; of what is held, with a remark if that thread has ended, as it may
     *     with a detached lock, or with one that was never released
     * @param since when it was acquired, or asked for
     * @param holder of what is awaited: the process, host, thread and operation that hold it, and since when, as far as
     *     the waiter can see; of what is held, null
     */
    public record Entry(
            String resource,
            String lockFile,
            String mode,
            String operation,
            String thread,
            Instant since,
            @Nullable LockHolder holder) {

        private Entry heldBy(@Nullable LockHolder other) {
            return new Entry(resource, lockFile, mode, operation, thread, since, other);
        }

        private Entry byThread(String description) {
            return new Entry(resource, lockFile, mode, operation, description, since, holder);
        }
    }

    /**
     * All acquisitions now.
     *
     * @param held those that hold
     * @param awaited those that wait
     */
    public record Locks(List<Entry> held, List<Entry> awaited) {}

    private record Holding(Entry entry, WeakReference<Thread> thread) {

        Entry now() {
            Thread owner = thread.get();
            return owner != null && owner.isAlive() ? entry : entry.byThread(entry.thread + " (which has ended)");
        }
    }

    private record Waiting(Entry entry, Supplier<Optional<LockHolder>> holder) {}

    /** By identity: a request stands for one acquisition, and two may be equal. */
    private final Map<LockRequest, Holding> held = Collections.synchronizedMap(new IdentityHashMap<>());

    private final Map<LockRequest, Waiting> awaited = Collections.synchronizedMap(new IdentityHashMap<>());

    /** Creates an endpoint that has seen nothing yet; add it to the locks as a listener. */
    public FileLocksEndpoint() {}

    /**
     * Returns what is held and awaited now.
     *
     * @return a snapshot
     */
    @ReadOperation
    public Locks locks() {
        List<Entry> holds = snapshot(held).stream().map(Holding::now).toList();
        // Those who wait for the same are told of the same holder, who is asked for once.
        Map<String, Optional<LockHolder>> holders = new HashMap<>();
        List<Entry> waits = snapshot(awaited).stream()
                .map(waiting ->
                        waiting.entry.heldBy(holders.computeIfAbsent(waiting.entry.lockFile, unasked -> holder(waiting))
                                .orElse(null)))
                .toList();
        return new Locks(holds, waits);
    }

    @Override
    public void awaiting(LockRequest request, Supplier<Optional<LockHolder>> holder) {
        awaited.put(request, new Waiting(entry(request), holder));
    }

    @Override
    public void acquired(LockRequest request, Duration waited) {
        held.put(request, new Holding(entry(request), new WeakReference<>(Thread.currentThread())));
        awaited.remove(request);
    }

    @Override
    public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
        awaited.remove(request);
    }

    @Override
    public void released(LockRequest request, Duration duration) {
        held.remove(request);
    }

    private static <T> List<T> snapshot(Map<LockRequest, T> entries) {
        synchronized (entries) {
            return List.copyOf(entries.values());
        }
    }

    /** A provider that fails at the question is none of the reader's troubles. */
    private static Optional<LockHolder> holder(Waiting waiting) {
        try {
            return waiting.holder.get();
        } catch (RuntimeException unknown) {
            return Optional.empty();
        }
    }

    private static Entry entry(LockRequest request) {
        return new Entry(
                request.resource().toString(),
                request.lockFile().toString(),
                request.target().mode().name(),
                request.operation(),
                Thread.currentThread().getName(),
                Instant.now(),
                null);
    }
}
