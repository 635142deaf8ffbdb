package io.github.filelocked.lock;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Others held the resource for the whole time that the caller was willing to wait. */
public final class LockNotAcquiredException extends FileLockingException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** A path cannot be serialized, so where this exception arrives in another process it has the texts alone. */
    private final transient @Nullable LockRequest request;

    private final String resource;
    private final String lockFile;
    private final Duration waited;
    private final @Nullable LockHolder holder;

    /**
     * Creates an exception for one request.
     *
     * @param request what was wanted
     * @param waited how long was waited
     * @param holder who was seen to hold it last, or null if that is not known
     */
    public LockNotAcquiredException(LockRequest request, Duration waited, @Nullable LockHolder holder) {
        this(request, waited, holder, List.of());
    }

    private LockNotAcquiredException(
            LockRequest request, Duration waited, @Nullable LockHolder holder, List<Path> held) {
        super(describe(request, waited, holder, held), null);
        this.request = request;
        this.resource = request.resource().toString();
        this.lockFile = request.lockFile().toString();
        this.waited = waited;
        this.holder = holder;
    }

    /**
     * Returns the resource that is busy.
     *
     * @return its canonical path
     */
    public Path resource() {
        return request != null ? request.resource() : Path.of(resource);
    }

    /**
     * Returns the lock file of the resource.
     *
     * @return its absolute path
     */
    public Path lockFile() {
        return request != null ? request.lockFile() : Path.of(lockFile);
    }

    /**
     * Returns how long the caller waited, on the monotonic clock.
     *
     * @return about zero for a single attempt
     */
    public Duration waited() {
        return waited;
    }

    /**
     * Returns the holder when this attempt gave up: by its own record if it left one, otherwise by the kernel's list of
     * locks.
     *
     * @return empty if neither names the holder, or if this attempt did not come to see the lock file, because other
     *     threads of this process were waiting for it already
     */
    public Optional<LockHolder> holder() {
        return Optional.ofNullable(holder);
    }

    /**
     * Returns an exception that also lists what the thread holds, because the holder may be waiting for that in turn.
     *
     * @param held the resources that the thread holds
     * @return this exception if nothing is held
     */
    public LockNotAcquiredException whileHolding(List<Path> held) {
        if (held.isEmpty() || request == null) {
            return this;
        }
        LockNotAcquiredException fuller = new LockNotAcquiredException(request, waited, holder, held);
        fuller.setStackTrace(getStackTrace());
        return fuller;
    }

    private static String describe(LockRequest request, Duration waited, @Nullable LockHolder holder, List<Path> held) {
        String waitedText = request.timeout().isZero() ? "not at all (one attempt)" : waited.toMillis() + " ms";
        String holderText = holder == null
                ? "unknown: it left no record and the kernel does not name it, or other threads of this process wait"
                        + " for it, too"
                : holder.toString();
        // No format: the first one of a JVM loads so many classes that the timeout would seem late.
        return Printable.line(request.resource().toString()) + " is locked by another holder"
                + "\n  lock file: " + Printable.line(request.lockFile().toString())
                + "\n  waited:    " + waitedText
                + "\n  holder:    " + holderText
                + "\n  wanted by: pid " + ProcessHandle.current().pid()
                + (isOtherNamespace(holder) ? " of this pid namespace" : "")
                + (request.operation().isEmpty() ? "" : " for " + Printable.line(request.operation()))
                + "\n  wait longer (a timeout), leave the work out (tryAcquire, onBusy = SKIP), or end the holder"
                + (held.isEmpty()
                        ? ""
                        : "\n  this thread holds " + Printable.line(held.toString())
                                + ", for which the holder may wait: acquire them together"
                                + " (several paths in one annotation, acquireAll), or in the same order everywhere");
    }

    private static boolean isOtherNamespace(@Nullable LockHolder holder) {
        return holder != null && holder.source() == LockHolder.Source.RECORD_OF_UNSEEN_PROCESS;
    }
}
