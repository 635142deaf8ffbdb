package io.github.filelocked;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.diagnosis.Log;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells listeners of one acquisition and of its hold, with the time that each took, and lets none of them harm a lock.
 * Without a listener, it neither reads the clock nor links a lambda, which would cost a JVM's first lock a millisecond
 * each.
 */
final class ListenerCalls {

    private final List<LockListener> listeners;
    private final LockRequest request;
    private volatile long since;

    private ListenerCalls(List<LockListener> listeners, LockRequest request) {
        this.listeners = listeners;
        this.request = request;
        this.since = isHeard() ? System.nanoTime() : 0;
    }

    static ListenerCalls awaiting(List<LockListener> listeners, LockRequest request, LockProvider provider) {
        ListenerCalls observation = new ListenerCalls(listeners, request);
        if (observation.isHeard()) {
            Supplier<Optional<LockHolder>> holder = () -> provider.holder(request);
            observation.tell(listener -> listener.awaiting(request, holder));
        }
        return observation;
    }

    void acquired() {
        if (isHeard()) {
            Duration waited = lap();
            tell(listener -> listener.acquired(request, waited));
        }
    }

    void notAcquired(FileLockingException cause) {
        if (isHeard()) {
            Duration waited = lap();
            tell(listener -> listener.notAcquired(request, waited, cause));
        }
    }

    void released() {
        if (isHeard()) {
            Duration held = lap();
            tell(listener -> listener.released(request, held));
        }
    }

    private boolean isHeard() {
        return !listeners.isEmpty();
    }

    /** Returns how long it is since the last lap. */
    private Duration lap() {
        long now = System.nanoTime();
        Duration lap = Duration.ofNanos(now - since);
        since = now;
        return lap;
    }

    private void tell(Consumer<LockListener> call) {
        for (LockListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (Throwable failure) {
                String name = listener.getClass().getName(); // Its toString() may fail as well.
                Log.log(Level.WARNING, "a lock listener failed, which is ignored: " + name, failure);
            }
        }
    }
}
