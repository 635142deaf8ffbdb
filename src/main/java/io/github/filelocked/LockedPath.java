package io.github.filelocked;

import io.github.filelocked.lock.LockNotHeldException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The context holder: which path the running method has under lock. Inside a nested locked method it is that method's,
 * and afterwards the outer one's again.
 *
 * <p><b>Thread safety.</b> Each thread has its own context, and a new one has none. Take it along with {@link
 * #carry(Runnable)} where work is handed to another thread while the method waits for it.
 */
public final class LockedPath {

    private static final ThreadLocal<@Nullable Frame> INNERMOST = new ThreadLocal<>();

    private record Frame(List<HeldLock> locks, @Nullable Frame outer) {}

    private LockedPath() {}

    /**
     * Returns the path that is locked; where the method names several, the first one named.
     *
     * @return the protected path: absolute, symbolic links resolved
     * @throws LockNotHeldException if this thread runs no locked method, or the lock was released meanwhile
     */
    public static Path current() {
        return frame().locks.get(0).path();
    }

    /**
     * Returns all paths that the innermost locked method has locked, in the order in which it names them.
     *
     * @return at least one path
     * @throws LockNotHeldException if this thread runs no locked method, or the lock was released meanwhile
     */
    public static List<Path> all() {
        return frame().locks.stream().map(HeldLock::path).toList();
    }

    /**
     * Returns the path as {@link #current()} does, for code that runs with and without a lock.
     *
     * @return the path, or empty where {@code current()} would throw
     */
    public static Optional<Path> find() {
        try {
            return INNERMOST.get() == null ? Optional.empty() : Optional.of(current());
        } catch (LockNotHeldException released) {
            return Optional.empty();
        }
    }

    /**
     * Makes this thread's context known to a task that another thread runs. The lock stays with this method and is
     * released when it ends, so it should wait for the task. The other thread does not own the lock: a locked method
     * that it calls for the same path would wait.
     *
     * @param task what to run
     * @return the task with the context, to be run on any thread
     * @throws LockNotHeldException if this thread runs no locked method
     */
    public static Runnable carry(Runnable task) {
        List<HeldLock> locks = frame().locks;
        return () -> {
            try (Scope scope = new Scope(locks)) {
                task.run();
            }
        };
    }

    /**
     * As {@link #carry(Runnable)}, for a task with a result.
     *
     * @param task what to call
     * @param <T> the type of its result
     * @return the task with the context, to be called on any thread
     * @throws LockNotHeldException if this thread runs no locked method
     */
    public static <T extends @Nullable Object> Callable<T> carry(Callable<T> task) {
        List<HeldLock> locks = frame().locks;
        return () -> {
            try (Scope scope = new Scope(locks)) {
                return task.call();
            }
        };
    }

    /**
     * Makes locks known to this thread as what the running method has under lock.
     *
     * @param held the locks
     * @return the scope, to be closed by the same thread; scopes are closed in the reverse order of their creation
     */
    public static Scope enter(HeldLocks held) {
        return new Scope(held.locks());
    }

    private static Frame frame() {
        Frame frame = INNERMOST.get();
        if (frame == null) {
            throw new LockNotHeldException(NotLockedCauses.message());
        }
        return frame;
    }

    /** The part of a thread's work in which {@link LockedPath#current()} names the paths of one method. */
    public static final class Scope implements AutoCloseable {

        private Scope(List<HeldLock> locks) {
            INNERMOST.set(new Frame(locks, INNERMOST.get()));
        }

        /** Restores the outer context, or removes the thread's context if there is no outer one. */
        @Override
        public void close() {
            Frame left = INNERMOST.get();
            if (left == null || left.outer == null) {
                INNERMOST.remove();
            } else {
                INNERMOST.set(left.outer);
            }
        }
    }
}
