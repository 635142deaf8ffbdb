package io.github.filelocked.micrometer;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Meters of the locks that a {@link io.github.filelocked.lock.FileLocks} acquires.
 *
 * <ul>
 *   <li>{@code filelocked.wait}, a timer: how long an acquisition took, and by its count how many there were. Tags:
 *       {@code operation}, {@code mode} (exclusive, shared), and {@code outcome} (acquired, busy, interrupted, refused)
 *   <li>{@code filelocked.hold}, a timer: how long a lock was held. Tags: {@code operation}, {@code mode}
 *   <li>{@code filelocked.waiting}, {@code filelocked.held}, gauges: how many acquisitions and holds there are now
 * </ul>
 *
 * <p>The operation is the annotated method, or {@code none} where locks are acquired without one. Paths are no tags: with
 * {@code #{...}} there may be any number of them.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
public final class LockMeters implements LockListener {

    private final MeterRegistry registry;
    private final AtomicInteger waiting;
    private final AtomicInteger held;

    /**
     * Meters in a registry.
     *
     * @param registry the registry
     */
    public LockMeters(MeterRegistry registry) {
        this.registry = registry;
        this.waiting = new AtomicInteger();
        this.held = new AtomicInteger();
        registry.gauge("filelocked.waiting", waiting);
        registry.gauge("filelocked.held", held);
    }

    @Override
    public void awaiting(LockRequest request) {
        waiting.incrementAndGet();
    }

    @Override
    public void acquired(LockRequest request, Duration waited) {
        waiting.decrementAndGet();
        held.incrementAndGet();
        recordWait(request, waited, "acquired");
    }

    @Override
    public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
        waiting.decrementAndGet();
        String outcome = cause instanceof LockNotAcquiredException
                ? "busy"
                : cause instanceof LockInterruptedException ? "interrupted" : "refused";
        recordWait(request, waited, outcome);
    }

    @Override
    public void released(LockRequest request, Duration duration) {
        held.decrementAndGet();
        registry.timer("filelocked.hold", tags(request)).record(duration);
    }

    private void recordWait(LockRequest request, Duration waited, String outcome) {
        registry.timer("filelocked.wait", tags(request).and("outcome", outcome)).record(waited);
    }

    private static Tags tags(LockRequest request) {
        String operation = request.operation().isEmpty() ? "none" : request.operation();
        String mode = request.target().mode().name().toLowerCase(Locale.ROOT);
        return Tags.of("operation", operation, "mode", mode);
    }
}
