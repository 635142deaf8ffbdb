package io.github.filelocked;

import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockProvider.Grant;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.Deadline;
import io.github.filelocked.sidecar.SidecarLockProvider;
import io.github.filelocked.sidecar.place.CanonicalPath;
import io.github.filelocked.sidecar.place.SidecarNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Acquires locks on files and directories that hold over all threads and processes of a machine.
 *
 * <pre>{@code
 * FileLocks locks = FileLocks.create();
 * try (HeldLock lock = locks.acquire(Path.of("reports/daily.csv"))) {
 *     Files.writeString(lock.path(), text);
 * }
 * }</pre>
 *
 * <p>What is locked is a <em>lock file</em>, an empty or small file beside the resource ({@code daily.csv.lock}). It is
 * created when needed and never deleted: its presence says nothing about who holds it. An acquisition also creates the
 * missing directories of the lock file, and logs each of them once at level INFO; {@link #holder} and {@link #lockFile}
 * create nothing.
 *
 * <p><b>Thread safety.</b> Immutable. All instances of a JVM, also of several copies of this library in several class
 * loaders, contend for the same locks; they differ only in their options.
 *
 * <p><b>Reentrancy.</b> A thread that holds a resource may acquire it again, through any instance. The one exception,
 * exclusive inside shared, is refused with {@link LockRefusedException}. A path by which a thread holds a resource
 * keeps its meaning for that thread until the release, even if a symbolic link in it is changed.
 *
 * <p><b>Exception safety.</b> Every method that throws leaves nothing behind: no lock, no descriptor, no place in a
 * queue.
 *
 * <p><b>Platform limits.</b> The locks are advisory: programs that do not ask for them are not kept out. On POSIX
 * systems they are record locks of the process ({@code fcntl}), so code of this process that opens and closes a lock
 * file by itself drops the lock. They do not see locks of {@code flock(2)}.
 */
public final class FileLocks {

    /** The timeout that waits for as long as it takes. */
    public static final Duration NO_LIMIT = LockRequest.NO_LIMIT;

    private final LockProvider provider;
    private final SidecarNames sidecars;
    private final RelativePaths relativePaths;
    private final List<LockListener> listeners;
    private final Duration defaultTimeout;

    private final HeldPaths held = new HeldPaths();

    FileLocks(FileLocksBuilder builder) {
        LockProvider chosen = builder.provider;
        this.provider = chosen != null ? chosen : new SidecarLockProvider(builder.engineOptions());
        this.sidecars = new SidecarNames(builder.lockDirectory, builder.lockFileSuffix, builder.optionNames);
        this.relativePaths = new RelativePaths(builder.baseDirectory);
        this.listeners = List.copyOf(builder.listeners);
        this.defaultTimeout = builder.defaultTimeout;
    }

    private FileLocks(FileLocks other, LockProvider provider) {
        this.provider = provider;
        this.sidecars = other.sidecars;
        this.relativePaths = other.relativePaths;
        this.listeners = other.listeners;
        this.defaultTimeout = other.defaultTimeout;
    }

    /**
     * Creates an instance with the defaults of {@link FileLocksBuilder}.
     *
     * @return the instance, cheap to create and to keep
     */
    public static FileLocks create() {
        return builder().build();
    }

    /**
     * Begins an instance with options of one's own.
     *
     * @return a builder that holds the defaults
     */
    public static FileLocksBuilder builder() {
        return new FileLocksBuilder();
    }

    /**
     * Acquires a file exclusively, waiting for the default timeout.
     *
     * @param file the file to protect
     * @return the held lock
     * @throws LockNotAcquiredException if others hold it all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     */
    public HeldLock acquire(Path file) {
        return acquire(file, defaultTimeout);
    }

    /**
     * Acquires a file exclusively.
     *
     * @param file the file to protect
     * @param timeout how long to wait: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return the held lock
     * @throws LockNotAcquiredException if others hold it all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     * @throws IllegalArgumentException if the timeout is negative, or longer than {@link #NO_LIMIT}
     */
    public HeldLock acquire(Path file, Duration timeout) {
        return acquire(LockTarget.file(file), timeout);
    }

    /**
     * Acquires a target, waiting for the default timeout.
     *
     * @param target what to lock
     * @return the held lock
     * @throws LockNotAcquiredException if others hold it all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     */
    public HeldLock acquire(LockTarget target) {
        return acquire(target, defaultTimeout);
    }

    /**
     * Acquires a target.
     *
     * @param target what to lock
     * @param timeout how long to wait: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return the held lock
     * @throws LockNotAcquiredException if others hold it all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     * @throws IllegalArgumentException if the timeout is negative, or longer than {@link #NO_LIMIT}
     */
    public HeldLock acquire(LockTarget target, Duration timeout) {
        Deadline.validated(timeout, "timeout");
        return acquire(target.resource(), request(target, timeout, LockOrigin.NONE));
    }

    /**
     * Acquires a file exclusively if that takes no waiting.
     *
     * @param file the file to protect
     * @return the held lock, or empty if another holds it
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     */
    public Optional<HeldLock> tryAcquire(Path file) {
        return tryAcquire(file, Duration.ZERO);
    }

    /**
     * Acquires a file exclusively, or gives up.
     *
     * @param file the file to protect
     * @param timeout how long to wait: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return the held lock, or empty if others hold it all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     * @throws IllegalArgumentException if the timeout is negative, or longer than {@link #NO_LIMIT}
     */
    public Optional<HeldLock> tryAcquire(Path file, Duration timeout) {
        return tryAcquire(LockTarget.file(file), timeout);
    }

    /**
     * Acquires a target if that takes no waiting.
     *
     * @param target what to lock
     * @return the held lock, or empty if another holds it
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     */
    public Optional<HeldLock> tryAcquire(LockTarget target) {
        return tryAcquire(target, Duration.ZERO);
    }

    /**
     * Acquires a target, or gives up.
     *
     * @param target what to lock
     * @param timeout how long to wait: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return the held lock, or empty if others hold it all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if it cannot be locked at all
     * @throws IllegalArgumentException if the timeout is negative, or longer than {@link #NO_LIMIT}
     */
    public Optional<HeldLock> tryAcquire(LockTarget target, Duration timeout) {
        HeldLock lock = null;
        try {
            lock = acquire(target, timeout);
            return Optional.of(lock);
        } catch (LockNotAcquiredException busy) {
            return Optional.empty();
        } catch (OutOfMemoryError exhausted) {
            if (lock != null) {
                lock.close();
            }
            throw exhausted;
        }
    }

    /**
     * Acquires several targets, all or none, waiting for the default timeout.
     *
     * @param targets what to lock, in any order
     * @return the held locks
     * @throws LockNotAcquiredException if others hold one of them all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if one of them cannot be locked at all
     */
    public HeldLocks acquireAll(List<LockTarget> targets) {
        return acquireAll(targets, defaultTimeout, LockOrigin.NONE);
    }

    /**
     * Acquires several targets, all or none. They are acquired in one canonical order, whatever the order in which they
     * are named, so that two callers who name the same ones differently cannot wait for each other.
     *
     * @param targets what to lock, in any order; a resource may be named more than once
     * @param timeout how long to wait for all of them together: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @param origin what the locks are for, to be shown to those who wait; {@link LockOrigin#NONE} if that is of no use
     * @return the held locks
     * @throws LockNotAcquiredException if others hold one of them all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if one of them cannot be locked at all
     * @throws IllegalArgumentException if there is no target, or the timeout is negative or longer than {@link
     *     #NO_LIMIT}
     */
    public HeldLocks acquireAll(List<LockTarget> targets, Duration timeout, LockOrigin origin) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no target to lock");
        }
        Objects.requireNonNull(origin, "origin");
        Deadline.validated(timeout, "timeout");
        Deadline deadline = Deadline.in(timeout);
        HeldLock[] locks = new HeldLock[targets.size()];
        HeldLocks held = new HeldLocks(Collections.unmodifiableList(Arrays.asList(locks)));
        if (targets.size() == 1) { // The usual case, which needs no order.
            LockTarget only = targets.get(0);
            locks[0] = acquire(only.resource(), request(only, timeout, origin));
            return held;
        }
        try {
            List<LockRequest> requests = requests(targets, timeout, origin);
            for (int i : canonicalOrder(requests)) {
                locks[i] = acquire(targets.get(i).resource(), requests.get(i), deadline);
            }
            return held;
        } catch (RuntimeException | Error failure) {
            held.closeAfter(failure);
            throw failure;
        }
    }

    private List<LockRequest> requests(List<LockTarget> targets, Duration timeout, LockOrigin origin) {
        return targets.stream().map(target -> request(target, timeout, origin)).toList();
    }

    /**
     * Acquires a target without blocking the caller. The lock belongs to no thread, as after {@link HeldLock#detach()};
     * {@link HeldLock#attach()} gives it to one. The path is resolved by the caller's thread.
     *
     * @param target what to lock
     * @param timeout how long to wait: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return a future that fails as {@link #acquire(LockTarget, Duration)} does; cancelling it ends the wait. It
     *     completes on a thread of this library, which may run the caller's callbacks for as long as they take
     * @throws LockRefusedException if it cannot be locked at all, and that can be told at once
     * @throws IllegalArgumentException if the timeout is negative, or longer than {@link #NO_LIMIT}
     */
    public CompletableFuture<HeldLock> acquireAsync(LockTarget target, Duration timeout) {
        return new AsyncLocks<>(
                        this,
                        List.of(target),
                        timeout,
                        LockOrigin.NONE,
                        held -> held.locks().get(0))
                .start();
    }

    /**
     * Acquires several targets, all or none, without blocking the caller; see {@link #acquireAsync}.
     *
     * @param targets what to lock, in any order; a resource may be named more than once
     * @param timeout how long to wait for all of them together: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @param origin what the locks are for, to be shown to those who wait; {@link LockOrigin#NONE} if that is of no use
     * @return a future that fails as {@link #acquireAll(List, Duration, LockOrigin)} does; cancelling it ends the wait
     * @throws LockRefusedException if one of them cannot be locked at all, and that can be told at once
     * @throws IllegalArgumentException if there is no target, or the timeout is negative or longer than {@link
     *     #NO_LIMIT}
     */
    public CompletableFuture<HeldLocks> acquireAllAsync(List<LockTarget> targets, Duration timeout, LockOrigin origin) {
        return new AsyncLocks<>(this, targets, timeout, origin, held -> held).start();
    }

    /** Starts one of several asynchronous acquisitions, whose request was made before. */
    CompletableFuture<HeldLock> acquireAsync(LockRequest request) {
        ListenerCalls observation = ListenerCalls.awaiting(listeners, request, provider);
        HeldPaths.Place nowhere = held.enter(request.resource(), request);
        nowhere.leave(); // A lock that belongs to no thread gives no path a meaning.
        HeldLock wanted = new HeldLock(nowhere, request, observation);
        CompletableFuture<Grant> grant = provider.acquireAsync(request);
        CompletableFuture<HeldLock> lock = new CompletableFuture<>();
        CompletableFuture<?> unused = grant.whenComplete((acquired, failure) -> {
            if (failure != null) {
                observation.notAcquired(failure(request, failure));
                lock.completeExceptionally(failure);
            } else {
                wanted.acquiredDetached(acquired);
                observation.acquired();
                if (!lock.complete(wanted)) {
                    wanted.close(); // Cancelled just now.
                }
            }
        });
        CompletableFuture<?> unusedToo = lock.whenComplete((done, failure) -> {
            if (lock.isCancelled()) {
                grant.cancel(true);
            }
        });
        return lock;
    }

    /**
     * Returns whether the resource of a lock that has just been acquired is still in the directory in which it was
     * resolved.
     */
    boolean isCurrent(LockRequest request) {
        return sidecars.isCurrent(request.target(), request.lockFile());
    }

    /**
     * Acquires a target, and waits on if the thread is interrupted. An interrupt costs the thread its place in the
     * line; the flag is set again at the end.
     *
     * @param target what to lock
     * @param timeout how long to wait: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return the held lock
     * @throws LockNotAcquiredException if others hold it all the time
     * @throws LockRefusedException if it cannot be locked at all
     * @throws IllegalArgumentException if the timeout is negative, or longer than {@link #NO_LIMIT}
     */
    public HeldLock acquireUninterruptibly(LockTarget target, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return acquire(target, deadline.remaining());
                } catch (LockInterruptedException disturbed) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Returns the holder of a file's lock, without acquiring, waiting for or changing anything.
     *
     * @param file the protected file
     * @return empty if it is free, or the holder is not known
     * @throws LockRefusedException if the file could not be locked by any means
     */
    public Optional<LockHolder> holder(Path file) {
        return holder(LockTarget.file(file));
    }

    /**
     * Returns the holder of a target's lock, without acquiring, waiting for or changing anything. It is a diagnosis:
     * the holder may have changed when this method returns. A program without this library is named by its process,
     * where the kernel tells (Linux).
     *
     * @param target what is protected
     * @return empty if it is free, or the holder is not known
     * @throws LockRefusedException if the target could not be locked by any means
     */
    public Optional<LockHolder> holder(LockTarget target) {
        LockTarget locked = canonical(target);
        return provider.currentHolder(
                new LockRequest(locked, sidecars.sidecarOf(locked), Duration.ZERO, LockOrigin.NONE));
    }

    /**
     * Acquires several targets, all or none, or gives up.
     *
     * @param targets what to lock, in any order
     * @param timeout how long to wait for all of them together: zero is one attempt, {@link #NO_LIMIT} is no limit
     * @return the held locks, or empty if others hold one of them all the time
     * @throws LockInterruptedException if the thread is interrupted
     * @throws LockRefusedException if one of them cannot be locked at all
     * @throws IllegalArgumentException if there is no target, or the timeout is negative or longer than {@link
     *     #NO_LIMIT}
     */
    public Optional<HeldLocks> tryAcquireAll(List<LockTarget> targets, Duration timeout) {
        try {
            return Optional.of(acquireAll(targets, timeout, LockOrigin.NONE));
        } catch (LockNotAcquiredException busy) {
            return Optional.empty();
        }
    }

    /**
     * Returns the lock file of a file, without locking or creating anything.
     *
     * @param file the file to protect
     * @return its absolute path
     * @throws LockRefusedException if the file could not be locked by any means; or if there is a lock directory, and
     *     the file's own directory, after which the lock file is named, does not exist yet
     */
    public Path lockFile(Path file) {
        return lockFile(LockTarget.file(file));
    }

    /**
     * Returns the lock file of a target, without locking or creating anything.
     *
     * @param target what to lock
     * @return its absolute path
     * @throws LockRefusedException if the target could not be locked by any means; or if there is a lock directory, and
     *     the target's own directory, after which the lock file is named, does not exist yet
     */
    public Path lockFile(LockTarget target) {
        LockRequest meant = held.meaningOf(target.resource(), target.type());
        return meant != null ? meant.lockFile() : sidecars.sidecarOf(canonical(target));
    }

    /**
     * Returns the timeout of those methods that take none.
     *
     * @return {@link #NO_LIMIT} unless the builder was told otherwise
     */
    public Duration defaultTimeout() {
        return defaultTimeout;
    }

    /**
     * Returns what the names of lock files end in.
     *
     * @return {@code .lock} unless the builder was told otherwise
     */
    public String lockFileSuffix() {
        return sidecars.suffix();
    }

    /**
     * Returns an instance that uses another provider, which may call the present one; for frameworks that take part in
     * each acquisition.
     *
     * @param decorator gives the other provider for the present one
     * @return an instance that has all else from this one
     */
    public FileLocks withProvider(UnaryOperator<LockProvider> decorator) {
        return new FileLocks(this, decorator.apply(provider));
    }

    LockRequest request(LockTarget target, Duration timeout, LockOrigin origin) {
        LockRequest meant = held.meaningOf(target.resource(), target.type());
        if (meant != null) {
            LockTarget again = new LockTarget(meant.resource(), target.type(), target.mode());
            return new LockRequest(again, meant.lockFile(), timeout, origin);
        }
        relativePaths.log(target.resource(), origin);
        LockTarget locked = canonical(target);
        return new LockRequest(locked, sidecars.sidecarToLock(locked), timeout, origin);
    }

    private LockTarget canonical(LockTarget target) {
        return new LockTarget(CanonicalPath.of(relativePaths.resolve(target)), target.type(), target.mode());
    }

    /** Sorts by lock file, exclusive first, because a shared hold cannot be upgraded. */
    static int[] canonicalOrder(List<LockRequest> requests) {
        return IntStream.range(0, requests.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> requests.get(i).lockFile())
                        .thenComparing(i -> requests.get(i).target().mode()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** One of several; a failure tells of the time that was given for all of them. */
    private HeldLock acquire(Path spelling, LockRequest request, Deadline deadline) {
        try {
            return acquire(
                    spelling,
                    new LockRequest(request.target(), request.lockFile(), deadline.remaining(), request.origin()));
        } catch (LockNotAcquiredException busy) {
            throw new LockNotAcquiredException(
                            request, deadline.elapsed(), busy.holder().orElse(null))
                    .whileHolding(held.ofThisThread());
        }
    }

    private HeldLock acquire(Path spelling, LockRequest request) {
        LockTarget target = request.target();
        boolean again = held.meaningOf(spelling, target.type()) != null;
        // Without a link on the way, the path means whatever is at it; a nested lock means what the outer one does.
        Object directory =
                again || spelling.equals(target.resource()) ? null : CanonicalPath.directoryKey(target.resource());
        Deadline deadline = Deadline.in(request.timeout());
        HeldLock lock = acquireOnce(spelling, request);
        try {
            if (again
                    || (sidecars.isCurrent(target, request.lockFile())
                            && (directory == null
                                    || directory.equals(CanonicalPath.directoryKey(target.resource()))))) {
                return lock;
            }
        } catch (RuntimeException | Error failure) {
            try {
                lock.close();
            } catch (RuntimeException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
        // Another directory has come to the place of the one in which the path was resolved: it may mean another file
        // now.
        lock.close();
        if (deadline.hasPassed()) {
            throw new LockNotAcquiredException(request, deadline.elapsed(), null).whileHolding(held.ofThisThread());
        }
        LockTarget asked = new LockTarget(spelling, target.type(), target.mode());
        return acquire(spelling, request(asked, deadline.remaining(), request.origin()));
    }

    private HeldLock acquireOnce(Path spelling, LockRequest request) {
        ListenerCalls observation = ListenerCalls.awaiting(listeners, request, provider);
        HeldPaths.Place place = held.enter(spelling, request);
        HeldLock lock = null;
        try {
            HeldLock wanted = new HeldLock(place, request, observation);
            lock = wanted.acquired(provider.acquire(request));
        } catch (LockNotAcquiredException busy) {
            place.leave();
            LockNotAcquiredException fuller = busy.whileHolding(held.ofThisThread());
            observation.notAcquired(fuller);
            throw fuller;
        } catch (RuntimeException | Error failure) {
            observation.notAcquired(failure(request, failure));
            throw failure;
        } finally {
            if (lock == null) {
                place.leave();
            }
        }
        observation.acquired();
        return lock;
    }

    private static FileLockingException failure(LockRequest request, Throwable failure) {
        return failure instanceof FileLockingException known
                ? known
                : new FileLockingException("the lock provider failed for " + request.resource(), failure);
    }
}
