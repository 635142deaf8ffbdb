package io.github.filelocked.boot;

import io.github.filelocked.FileLocks;
import io.github.filelocked.FileLocksBuilder;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.spring.EnableFileLocking;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The settings {@code filelocked.*}.
 *
 * @param enabled Whether annotated methods are locked. Where they are not, LockedPath.current() throws.
 * @param timeout How long to wait where an annotation gives no timeout. By default without limit.
 * @param baseDirectory An existing directory to which relative paths belong. By default the working directory.
 * @param lockDirectory One directory for all lock files. By default each is beside its resource.
 * @param lockFilePermissions Permissions of new lock files, such as rw-rw----. By default the umask decides.
 * @param lockFileSuffix What the names of lock files end in, such as .lck.
 * @param networkPolicy What to do on network file systems.
 * @param longWaitInterval How long a wait may last before a log line names the holder, and again after each such time;
 *     zero switches the log off.
 * @param ownerRecord Whether a holder writes itself down in the lock file, for those who wait.
 * @param verifyAtRelease Whether each release looks for the lock in the kernel's list, too, which takes longer than the
 *     lock.
 * @param order Where the lock stands among the advisors of a method; a lower one is further outside.
 */
@ConfigurationProperties("filelocked")
public record FileLockedProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable Duration timeout,
        @Nullable String baseDirectory,
        @Nullable String lockDirectory,
        @Nullable String lockFilePermissions,
        @DefaultValue(".lock") String lockFileSuffix,
        @DefaultValue("WARN") NetworkPolicy networkPolicy,
        @DefaultValue("30s") Duration longWaitInterval,
        @DefaultValue("true") boolean ownerRecord,
        @DefaultValue("false") boolean verifyAtRelease,
        @DefaultValue("" + EnableFileLocking.DEFAULT_ORDER) int order) {

    FileLocksBuilder toBuilder() {
        FileLocksBuilder builder = FileLocks.builder()
                .optionNames(FileLockedProperties::settingOf)
                .networkPolicy(networkPolicy)
                .ownerRecord(ownerRecord)
                .verifyAtRelease(verifyAtRelease);
        accept("long-wait-interval", longWaitInterval, builder::longWaitLogInterval);
        if (timeout != null) {
            accept("timeout", timeout, builder::defaultTimeout);
        }
        if (baseDirectory != null) {
            accept("base-directory", baseDirectory, text -> builder.baseDirectory(Path.of(text)));
        }
        if (lockDirectory != null) {
            // Not bound as a Path: Spring would look for a relative one on the class path first.
            accept("lock-directory", lockDirectory, text -> builder.lockDirectory(Path.of(text)));
        }
        if (lockFilePermissions != null) {
            accept(
                    "lock-file-permissions",
                    lockFilePermissions,
                    text -> builder.lockFilePermissions(PosixFilePermissions.fromString(text)));
        }
        accept("lock-file-suffix", lockFileSuffix, builder::lockFileSuffix);
        return builder;
    }

    /** Returns the setting of a builder's option. */
    static String settingOf(String option) {
        return "filelocked."
                + switch (option) {
                    case "defaultTimeout" -> "timeout";
                    case "longWaitLogInterval" -> "long-wait-interval";
                    default -> option.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
                };
    }

    /** Reports what the builder rejects in the way in which Boot reports what it cannot read. */
    private static <T> void accept(String name, T value, Consumer<T> setter) {
        try {
            setter.accept(value);
        } catch (IllegalArgumentException | LockRefusedException wrong) {
            throw new InvalidConfigurationPropertyValueException(
                    "filelocked." + name, value, String.valueOf(wrong.getMessage()));
        }
    }
}
