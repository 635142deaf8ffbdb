package io.github.filelocked.boot;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The Actuator endpoint {@code filelocks}: what this application holds, and what it waits for.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
@Endpoint(id = "filelocks")
public final class FileLocksEndpoint implements LockListener {

    /**
     * One acquisition.
     *
     * @param resource the canonical path
     * @param lockFile its sidecar
     * @param mode exclusive or shared
     * @param operation the annotated method, or empty
     * @param thread the thread that asked for it
     * @param since when it was acquired, or asked for
     */
    public record Entry(
            String resource, String lockFile, String mode, String operation, String thread, Instant since) {}

    /**
     * All acquisitions now.
     *
     * @param held those that hold
     * @param awaited those that wait
     */
    public record Locks(List<Entry> held, List<Entry> awaited) {}

    /** By identity: a request stands for one acquisition, and two may be equal. */
    private final Map<LockRequest, Entry> held = Collections.synchronizedMap(new IdentityHashMap<>());

    private final Map<LockRequest, Entry> awaited = Collections.synchronizedMap(new IdentityHashMap<>());

    /** An endpoint that has seen nothing yet; it is to be a listener of the locks. */
    public FileLocksEndpoint() {}

    /**
     * What is held and awaited now.
     *
     * @return a snapshot
     */
    @ReadOperation
    public Locks locks() {
        return new Locks(snapshot(held), snapshot(awaited));
    }

    @Override
    public void awaiting(LockRequest request) {
        awaited.put(request, entry(request));
    }

    @Override
    public void acquired(LockRequest request, Duration waited) {
        held.put(request, entry(request));
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

    private static List<Entry> snapshot(Map<LockRequest, Entry> entries) {
        synchronized (entries) {
            return List.copyOf(entries.values());
        }
    }

    private static Entry entry(LockRequest request) {
        return new Entry(
                request.resource().toString(),
                request.lockFile().toString(),
                request.target().mode().name(),
                request.operation(),
                Thread.currentThread().getName(),
                Instant.now());
    }
}
