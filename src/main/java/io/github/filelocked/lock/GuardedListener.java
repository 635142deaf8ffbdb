package io.github.filelocked.lock;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Calls several listeners, and lets none of them harm a lock. */
final class GuardedListener implements LockListener {

    private final List<LockListener> listeners;

    private GuardedListener(List<LockListener> listeners) {
        this.listeners = listeners;
    }

    static LockListener of(List<LockListener> listeners) {
        return listeners.isEmpty() ? NO_OP : new GuardedListener(List.copyOf(listeners));
    }

    @Override
    public void awaiting(LockRequest request) {
        tell(listener -> listener.awaiting(request));
    }

    @Override
    public void acquired(LockRequest request, Duration waited) {
        tell(listener -> listener.acquired(request, waited));
    }

    @Override
    public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
        tell(listener -> listener.notAcquired(request, waited, cause));
    }

    @Override
    public void released(LockRequest request, Duration held) {
        tell(listener -> listener.released(request, held));
    }

    private void tell(Consumer<LockListener> call) {
        for (LockListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (Throwable failure) {
                String name = listener.getClass().getName(); // Its toString() may fail as well.
                report(name, failure);
            }
        }
    }

    private static void report(String listener, Throwable failure) {
        try {
            Log.log(Level.WARNING, "a lock listener failed, which is ignored: " + listener, failure);
        } catch (Throwable noLog) {
            // Neither may a log keep a lock.
        }
    }
}
