package io.github.filelocked.verify;

import io.github.filelocked.FileLocks;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.NetworkPolicy;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** On what the directory is. */
final class FileSystem {

    private FileSystem() {}

    /**
     * Describes the file system for people.
     *
     * @throws CannotTell if it does not lock at all
     */
    static String describe(Path probe, Duration patience) throws CannotTell {
        try {
            lock(probe, patience, NetworkPolicy.ALLOW);
        } catch (FileLockingException refused) {
            throw new CannotTell("a file there cannot be locked: " + refused.getMessage());
        }
        try {
            FileStore store = Files.getFileStore(probe.toAbsolutePath().getParent());
            return store.type() + " (" + store.name() + "), " + kind(probe, patience);
        } catch (IOException notListed) {
            return "unknown: " + notListed; // As in some containers.
        }
    }

    /**
     * Returns how the engine sees the file system: it locks there, but not where told to refuse network file systems.
     */
    private static String kind(Path probe, Duration patience) {
        try {
            lock(probe, patience, NetworkPolicy.REFUSE);
            return "local";
        } catch (LockRefusedException notLocal) {
            return notLocal.reason() == Reason.NETWORK_FILE_SYSTEM ? "NETWORK" : "NOT KNOWN TO BE LOCAL";
        }
    }

    private static void lock(Path probe, Duration patience, NetworkPolicy policy) {
        FileLocks.builder()
                .networkPolicy(policy)
                .build()
                .acquire(probe, patience)
                .close();
    }
}
