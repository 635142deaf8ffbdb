package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.sidecar.place.FileMounts;
import io.github.filelocked.sidecar.place.NetworkFileSystems;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The engine: claim in the JVM, open the lock file, lock it in the kernel, verify that it is still the file at its
 * path; and backwards for a release and on every failure.
 */
public final class SidecarLockProvider implements LockProvider {

    /**
     * The options of the engine.
     *
     * @param names gives the name by which a user sets an option, for messages
     */
    public record Options(
            @Nullable Set<PosixFilePermission> permissions,
            NetworkPolicy networkPolicy,
            Duration longWaitLogInterval,
            boolean ownerRecord,
            boolean verifyAtRelease,
            UnaryOperator<String> names) {}

    /** The checks that locks work at the place of a lock file. */
    record Places(NetworkPolicy policy, NetworkFileSystems networkFileSystems, FileMounts fileMounts) {

        void check(LockRequest request) {
            networkFileSystems.check(Objects.requireNonNull(request.lockFile().getParent()));
            fileMounts.check(request, policy);
        }
    }

    private final Options options;
    private final Places places;

    public SidecarLockProvider(Options options) {
        this.options = options;
        this.places = new Places(
                options.networkPolicy(),
                NetworkFileSystems.under(options.networkPolicy(), options.names()),
                new FileMounts(options.names()));
    }

    /** Returns what other threads of this JVM hold, with the first holder of each. */
    public static Map<Path, LockHolder> heldByOtherThreads() {
        return Claim.heldByOthers(Thread.currentThread());
    }

    @Override
    public Grant acquire(LockRequest request) {
        Thread thread = Thread.currentThread();
        Sidecar sidecar = sidecar(request);
        boolean single = request.timeout().isZero();
        if (!single && thread.isInterrupted()) {
            throw new LockInterruptedException(request.resource());
        }
        SidecarGrant nested = new SidecarGrant(sidecar, thread, options.verifyAtRelease());
        Claim again = Claim.reenter(request, thread);
        if (again != null) {
            nested.begin(again);
            nested.lookAtKernelList();
            return nested;
        }
        // A single attempt does not wait, so it succeeds on an interrupted thread as Lock.tryLock() does. The flag is
        // off
        // meanwhile, because it would close the channel.
        boolean interrupted = single && Thread.interrupted();
        try {
            while (true) {
                try {
                    return EngineThreads.isVirtual(thread)
                            ? acquireVirtually(request, sidecar)
                            : acquireHere(request, sidecar);
                } catch (InterruptedException disturbed) {
                    interrupted = true;
                    if (!single) {
                        throw new LockInterruptedException(request.resource());
                    }
                } catch (IOException failure) {
                    throw sidecar.refusal(request.target(), failure);
                }
            }
        } finally {
            if (interrupted) {
                thread.interrupt();
            }
        }
    }

    /**
     * Acquires on a platform thread, which waits in the kernel itself, so that a hand-over needs no switch of threads.
     */
    private Grant acquireHere(LockRequest request, Sidecar sidecar) throws IOException, InterruptedException {
        Thread thread = Thread.currentThread();
        Acquisition acquisition =
                new Acquisition(request, thread, thread, () -> LockSupport.unpark(thread), sidecar, options, places);
        try {
            while (true) {
                Grant grant = acquisition.advance();
                if (grant != null) {
                    return grant;
                }
                LockSupport.parkNanos(acquisition, acquisition.patienceNanos());
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (acquisition.isOver()) {
                    throw acquisition.busy();
                }
            }
        } finally {
            acquisition.end();
        }
    }

    /**
     * Acquires for a virtual thread, which parks: in the kernel it would keep its carrier, and no signal could end its
     * wait.
     */
    private Grant acquireVirtually(LockRequest request, Sidecar sidecar) throws IOException, InterruptedException {
        CompletableFuture<Grant> future = start(request, Thread.currentThread(), sidecar);
        try {
            // The hold belongs to no thread until it is here: an acquisition that was given up may still come to one,
            // while
            // the thread already acquires again.
            Grant grant = future.get();
            attached(grant);
            return grant;
        } catch (InterruptedException interrupted) {
            if (!future.cancel(true) && !future.isCompletedExceptionally()) {
                future.join().release(); // It came at the same moment.
            }
            throw interrupted;
        } catch (ExecutionException failed) {
            throw EngineThreads.rethrown(failed.getCause());
        }
    }

    private static void attached(Grant grant) {
        try {
            grant.attach();
        } catch (OutOfMemoryError exhausted) {
            grant.release();
            throw exhausted;
        }
    }

    @Override
    public CompletableFuture<Grant> acquireAsync(LockRequest request) {
        return start(request, null, sidecar(request));
    }

    private CompletableFuture<Grant> start(LockRequest request, @Nullable Thread caller, Sidecar sidecar) {
        return AsyncAcquisition.start(request, caller, sidecar, options, places);
    }

    private Sidecar sidecar(LockRequest request) {
        return new Sidecar(request.lockFile(), options.permissions(), options.names());
    }

    @Override
    public Optional<LockHolder> currentHolder(LockRequest request) {
        boolean interrupted = Thread.interrupted(); // The flag would close the channel.
        try {
            return EngineThreads.onPlatformThread(() -> Inspection.holder(sidecar(request), request));
        } catch (IOException unreadable) {
            return Optional.empty();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Optional<LockHolder> holder(LockRequest awaited) {
        return LongWaits.holder(awaited.lockFile());
    }
}
