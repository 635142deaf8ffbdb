package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.NetworkPolicy;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine: claim in the JVM, open the sidecar, lock it in the kernel, verify that it is still the file at its path;
 * and backwards for a release and on every failure.
 */
public final class SidecarLockProvider implements LockProvider {

    public record Options(
            @Nullable Set<PosixFilePermission> permissions,
            NetworkPolicy networkPolicy,
            Duration longWaitLogInterval,
            boolean ownerRecord,
            boolean verifyAtRelease) {}

    private final Options options;
    private final NetworkFileSystems networkFileSystems;

    public SidecarLockProvider(Options options) {
        this.options = options;
        this.networkFileSystems = new NetworkFileSystems(options.networkPolicy());
    }

    @Override
    public Grant acquire(LockRequest request) {
        Sidecar sidecar = new Sidecar(request.lockFile(), options.permissions());
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Claim again = Claim.reenter(request, Thread.currentThread());
            Claim claim = again != null ? again : enter(request, sidecar);
            return new SidecarGrant(claim, sidecar, options.verifyAtRelease());
        } catch (InterruptedException | ClosedByInterruptException interrupted) {
            Thread.currentThread().interrupt();
            throw new LockInterruptedException(request.resource());
        } catch (IOException failure) {
            throw sidecar.refusal(request.target(), failure);
        }
    }

    private Claim enter(LockRequest request, Sidecar sidecar) throws IOException, InterruptedException {
        networkFileSystems.check(sidecar.directory());
        Claim claim = Claim.join(request.lockFile());
        boolean first = false;
        try {
            first = new Acquisition(request, claim, sidecar, options).enter();
            return claim;
        } finally {
            if (!first) { // Otherwise whoever releases the last hold leaves.
                claim.leave();
            }
        }
    }

    @Override
    public Optional<LockHolder> holder(LockRequest awaited) {
        return LongWait.holder(awaited);
    }
}
