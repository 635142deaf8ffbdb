package io.github.filelocked.boot;

import io.github.filelocked.lock.FileLocks;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.spring.EnableFileLocking;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings {@code filelocked.*}.
 *
 * @param enabled whether annotated methods are locked; where they are not, {@code LockedPath.current()} throws
 * @param timeout how long to wait where an annotation gives no timeout; without limit if not set
 * @param lockDirectory one directory for all sidecars; beside each resource if not set
 * @param permissions of new sidecars, such as {@code rw-rw----}; as the umask has it if not set
 * @param networkPolicy what to do on network file systems
 * @param longWaitInterval how long a wait may last before a log line names the holder, and again after each such time
 * @param ownerRecord whether a holder writes itself down in the sidecar
 * @param order where the lock stands among the advisors of a method; a lower one is further outside
 */
@ConfigurationProperties("filelocked")
public record FileLockedProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable Duration timeout,
        @Nullable Path lockDirectory,
        @Nullable String permissions,
        @DefaultValue("WARN") NetworkPolicy networkPolicy,
        @DefaultValue("30s") Duration longWaitInterval,
        @DefaultValue("true") boolean ownerRecord,
        @DefaultValue("" + EnableFileLocking.DEFAULT_ORDER) int order) {

    FileLocks.Builder toBuilder() {
        FileLocks.Builder builder = FileLocks.builder()
                .networkPolicy(networkPolicy)
                .longWaitLogInterval(longWaitInterval)
                .ownerRecord(ownerRecord);
        if (timeout != null) {
            builder.defaultTimeout(timeout);
        }
        if (lockDirectory != null) {
            builder.lockDirectory(lockDirectory);
        }
        if (permissions != null) {
            builder.sidecarPermissions(PosixFilePermissions.fromString(permissions));
        }
        return builder;
    }
}
