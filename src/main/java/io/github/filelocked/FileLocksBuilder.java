package io.github.filelocked;

import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.sidecar.Deadline;
import io.github.filelocked.sidecar.SidecarLockProvider;
import io.github.filelocked.sidecar.place.CanonicalPath;
import io.github.filelocked.sidecar.place.SidecarNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@link FileLocks}. The network policy, the permissions of lock files, the long-wait log, the owner record
 * and the check at release are options of the engine's own provider.
 *
 * <p><b>Thread safety.</b> None; what it builds is immutable.
 */
public final class FileLocksBuilder {

    Duration defaultTimeout = FileLocks.NO_LIMIT;

    @Nullable
    Path baseDirectory;

    @Nullable
    Path lockDirectory;

    String lockFileSuffix = SidecarNames.DEFAULT_SUFFIX;

    UnaryOperator<String> optionNames = UnaryOperator.identity();

    private @Nullable Set<PosixFilePermission> lockFilePermissions;
    private NetworkPolicy networkPolicy = NetworkPolicy.WARN;
    private Duration longWaitLogInterval = Duration.ofSeconds(30);
    private boolean ownerRecord = true;
    private boolean verifyAtRelease;
    final List<LockListener> listeners = new ArrayList<>();

    @Nullable
    LockProvider provider;

    FileLocksBuilder() {}

    /**
     * Sets how long to wait where no timeout is given.
     *
     * @param timeout the timeout; the default is {@link FileLocks#NO_LIMIT}, zero is one attempt
     * @return this builder
     * @throws IllegalArgumentException if it is negative, or longer than {@link FileLocks#NO_LIMIT}
     */
    public FileLocksBuilder defaultTimeout(Duration timeout) {
        this.defaultTimeout = Deadline.validated(timeout, optionNames.apply("defaultTimeout"));
        return this;
    }

    /**
     * Sets the directory to which all relative paths belong: those that callers give, and those of annotations. The
     * working directory differs between cron, systemd and an IDE, so that two programs that name the same relative path
     * may lock different files.
     *
     * @param directory an absolute path of an existing directory; the default is the working directory
     * @return this builder
     * @throws IllegalArgumentException if it is relative, or no directory
     */
    public FileLocksBuilder baseDirectory(Path directory) {
        if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
            throw new IllegalArgumentException(optionNames.apply("baseDirectory") + ": \"" + directory + "\" is "
                    + (directory.isAbsolute()
                            ? "not an existing directory; create it first"
                            : "relative; name it from the root directory, as in " + directory.toAbsolutePath()));
        }
        this.baseDirectory = directory;
        return this;
    }

    /**
     * Puts all lock files in one directory, for resources whose own directory is read-only. All programs that share a
     * resource must then use the same one: lock files in different places do not exclude each other.
     *
     * <p>There, a lock file is named after the device and the inode of the directory that holds the resource, and after
     * the resource's name: {@code daily.csv~<32 hexadecimal digits>.lock}. A directory that is mounted at several
     * places so gives one lock file. An acquisition creates the resource's directory if it is missing. A file that is
     * mounted by itself is named after its own inode, so all processes must then reach it by such a mount.
     *
     * <p>Without a lock directory, an acquisition creates the directory of the resource too, because the lock file is
     * in it. Either way, each directory that is created is logged once at level INFO: a mistake in a path does not
     * fail.
     *
     * <p>A lock directory is also the fix for a watcher that starts a job at each change in a resource's directory,
     * because each acquisition writes to the lock file.
     *
     * @param directory the directory, created when needed; the default is the directory of each resource
     * @return this builder
     * @throws LockRefusedException if it is a file, or below one
     */
    public FileLocksBuilder lockDirectory(Path directory) {
        this.lockDirectory = CanonicalPath.of(LockTarget.directory(directory));
        return this;
    }

    /**
     * Sets what the names of lock files end in. Git and other tools take the mere existence of {@code x.lock} for a
     * lock of theirs; inside a {@code .git} directory the default suffix is therefore rejected. All programs that share
     * a resource must use the same suffix.
     *
     * @param suffix a dot and 1 to 16 ASCII letters, digits, {@code -} or {@code _}; the default is {@code .lock}
     * @return this builder
     * @throws IllegalArgumentException if it is anything else
     */
    public FileLocksBuilder lockFileSuffix(String suffix) {
        this.lockFileSuffix = SidecarNames.validatedSuffix(suffix, optionNames);
        return this;
    }

    /**
     * Sets the exact permissions of lock files that this instance creates, whatever the umask; for a group of users who
     * share resources, {@code PosixFilePermissions.fromString("rw-rw----")}. Existing lock files are left alone.
     *
     * @param permissions the permissions, with read and write for the owner; by default the umask decides
     * @return this builder
     * @throws IllegalArgumentException if the owner could not read and write
     */
    public FileLocksBuilder lockFilePermissions(Set<PosixFilePermission> permissions) {
        if (!permissions.containsAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))) {
            throw new IllegalArgumentException(optionNames.apply("lockFilePermissions")
                    + ": a lock needs a lock file that its owner can read and write: " + permissions);
        }
        this.lockFilePermissions = Set.copyOf(permissions);
        return this;
    }

    /**
     * Sets what happens on network file systems.
     *
     * @param policy the policy; the default is {@link NetworkPolicy#WARN}
     * @return this builder
     */
    public FileLocksBuilder networkPolicy(NetworkPolicy policy) {
        this.networkPolicy = Objects.requireNonNull(policy, "networkPolicy");
        return this;
    }

    /**
     * Sets how long a wait may last before a log line names the holder, and again after each such time.
     *
     * @param interval the interval; the default is 30 seconds, zero switches the log off
     * @return this builder
     * @throws IllegalArgumentException if it is negative, or longer than {@link FileLocks#NO_LIMIT}
     */
    public FileLocksBuilder longWaitLogInterval(Duration interval) {
        this.longWaitLogInterval = Deadline.validated(interval, optionNames.apply("longWaitLogInterval"));
        return this;
    }

    /**
     * Sets whether a holder writes its process, thread and operation into the lock file, for those who wait. A record
     * that cannot be written (full disk, quota) is logged, and fails no acquisition.
     *
     * <p>Either way each acquisition renews the lock file's time. A cleaner such as {@code systemd-tmpfiles} deletes
     * files that look old, and a lock file that is deleted while it is held excludes no other process. So a watcher of
     * the directory sees a change at each acquisition. Where such a watcher starts a job, let it ignore the lock files
     * by their suffix, or put them elsewhere with {@link #lockDirectory}.
     *
     * @param write the default is true; without it, those who wait learn no more than the holder's process and command,
     *     and those on Linux only
     * @return this builder
     */
    public FileLocksBuilder ownerRecord(boolean write) {
        this.ownerRecord = write;
        return this;
    }

    /**
     * Sets whether each release looks for the lock in the kernel's list, and throws {@link LockLostException} if it is
     * gone: on POSIX systems the kernel drops a lock when any code of the process closes another descriptor of the lock
     * file. The list is {@code /proc/locks} on Linux. Where it did not show the lock after the acquisition, as in some
     * containers and on some FUSE file systems, no loss is reported. A lock file that was deleted or replaced is
     * reported without this option, too.
     *
     * @param verify the default is false, because the check takes longer than the lock: some 50 microseconds, and a few
     *     more for each lock that the system has granted since
     * @return this builder
     */
    public FileLocksBuilder verifyAtRelease(boolean verify) {
        this.verifyAtRelease = verify;
        return this;
    }

    /**
     * Adds a listener; they are called in the order of addition.
     *
     * @param listener the listener
     * @return this builder
     */
    public FileLocksBuilder listener(LockListener listener) {
        this.listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Takes the locks from elsewhere.
     *
     * @param lockProvider the provider; the default locks files on this machine
     * @return this builder
     */
    public FileLocksBuilder provider(LockProvider lockProvider) {
        this.provider = Objects.requireNonNull(lockProvider, "provider");
        return this;
    }

    /**
     * Sets how messages name the options, for frameworks whose users set them by other names. It applies from the next
     * call on, so it comes first.
     *
     * @param names gives the user's name of an option, such as {@code filelocked.lock-directory}, for the name of this
     *     builder's method, such as {@code lockDirectory}; by default the two are the same
     * @return this builder
     */
    public FileLocksBuilder optionNames(UnaryOperator<String> names) {
        this.optionNames = Objects.requireNonNull(names, "names");
        return this;
    }

    /**
     * Ends the building.
     *
     * @return an instance with these options
     */
    public FileLocks build() {
        return new FileLocks(this);
    }

    SidecarLockProvider.Options engineOptions() {
        return new SidecarLockProvider.Options(
                lockFilePermissions, networkPolicy, longWaitLogInterval, ownerRecord, verifyAtRelease, optionNames);
    }
}
