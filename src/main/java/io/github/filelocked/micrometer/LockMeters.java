package io.github.filelocked.micrometer;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Meters of the locks that a {@link io.github.filelocked.FileLocks} acquires.
 *
 * <table>
 *   <caption>The meters</caption>
 *   <tr><th>name</th><th>type, unit</th><th>what it tells</th><th>tags</th></tr>
 *   <tr><td>{@code filelocked.wait}</td><td>timer, seconds</td>
 *       <td>how long acquisitions took; its count is the number of acquisitions by outcome</td>
 *       <td>{@code resource}, {@code operation}, {@code mode}, {@code outcome}</td></tr>
 *   <tr><td>{@code filelocked.hold}</td><td>timer, seconds</td>
 *       <td>how long locks were held, to their release</td>
 *       <td>{@code resource}, {@code operation}, {@code mode}</td></tr>
 *   <tr><td>{@code filelocked.waiting}</td><td>gauge, acquisitions</td>
 *       <td>how many acquisitions are under way now</td>
 *       <td>{@code resource}, {@code operation}, {@code mode}</td></tr>
 *   <tr><td>{@code filelocked.held}</td><td>gauge, locks</td>
 *       <td>how many locks are held now</td>
 *       <td>{@code resource}, {@code operation}, {@code mode}</td></tr>
 * </table>
 *
 * <table>
 *   <caption>The tags</caption>
 *   <tr><th>key</th><th>values</th></tr>
 *   <tr><td>{@code resource}</td><td>the paths as the annotation has them, such as {@code ${dir}/#{#user}.csv}, several
 *       joined by {@code ", "}; {@code none} where locks are acquired without an annotation. The resolved path is no
 * tag: of those there may be any number</td></tr>
 *   <tr><td>{@code operation}</td><td>the annotated method, such as {@code Reports.rewrite}, or {@code none}</td></tr>
 *   <tr><td>{@code mode}</td><td>{@code exclusive}, {@code shared}</td></tr>
 *   <tr><td>{@code outcome}</td><td>{@code acquired}; {@code busy}: others held it until the timeout; {@code
 * interrupted}; {@code refused}: it cannot be locked, or the application is shutting down; {@code failed}: the provider
 * failed in its own way</td></tr>
 * </table>
 *
 * <p>Of several paths each one counts, and so does each time that a thread enters again what it holds. There is a gauge
 * for each combination of tags that has been seen. Several {@code FileLocks} share an instance of this class rather
 * than have one each, since a registry takes the first gauge of a name alone.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
public final class LockMeters implements LockListener {

    private static final String NONE = "none";

    private final MeterRegistry registry;

    /** The values of the gauges, which the registry itself would not keep from the garbage collector. */
    private final Map<Tags, AtomicInteger> waiting = new ConcurrentHashMap<>();

    private final Map<Tags, AtomicInteger> held = new ConcurrentHashMap<>();

    /**
     * Meters in a registry.
     *
     * @param registry the registry
     */
    public LockMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void awaiting(LockRequest request) {
        number(waiting, "filelocked.waiting", "acquisitions", request).incrementAndGet();
    }

    @Override
    public void acquired(LockRequest request, Duration waited) {
        number(waiting, "filelocked.waiting", "acquisitions", request).decrementAndGet();
        number(held, "filelocked.held", "locks", request).incrementAndGet();
        recordWait(request, waited, "acquired");
    }

    @Override
    public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
        number(waiting, "filelocked.waiting", "acquisitions", request).decrementAndGet();
        recordWait(request, waited, outcome(cause));
    }

    @Override
    public void released(LockRequest request, Duration duration) {
        number(held, "filelocked.held", "locks", request).decrementAndGet();
        registry.timer("filelocked.hold", tags(request)).record(duration);
    }

    private AtomicInteger number(Map<Tags, AtomicInteger> numbers, String name, String unit, LockRequest request) {
        return numbers.computeIfAbsent(tags(request), tags -> {
            AtomicInteger number = new AtomicInteger();
            Gauge.builder(name, number, AtomicInteger::get)
                    .tags(tags)
                    .baseUnit(unit)
                    .register(registry);
            return number;
        });
    }

    private void recordWait(LockRequest request, Duration waited, String outcome) {
        registry.timer("filelocked.wait", tags(request).and("outcome", outcome)).record(waited);
    }

    private static String outcome(FileLockingException cause) {
        if (cause instanceof LockNotAcquiredException) {
            return "busy";
        }
        if (cause instanceof LockInterruptedException) {
            return "interrupted";
        }
        return cause instanceof LockRefusedException ? "refused" : "failed";
    }

    private static Tags tags(LockRequest request) {
        return Tags.of(
                "resource", named(request.origin().expression()),
                "operation", named(request.origin().operation()),
                "mode", request.target().mode().name().toLowerCase(Locale.ROOT));
    }

    /** A tag needs a value. */
    private static String named(String text) {
        return text.isEmpty() ? NONE : text;
    }
}
