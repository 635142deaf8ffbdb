package io.github.filelocked.examples.gauntlet.contender;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.aether.named.NamedLock;
import org.eclipse.aether.named.NamedLockFactory;
import org.eclipse.aether.named.NamedLockKey;
import org.eclipse.aether.named.providers.FileLockNamedLockFactory;

/** Maven Resolver's named locks {@code file-lock}, whose names are the URIs of lock files. */
record MavenResolver(NamedLockFactory factory) implements Contender {

    /** To be created once in a JVM, since the setting is read once. */
    static MavenResolver deletingLockFiles(boolean delete) {
        System.setProperty(FileLockNamedLockFactory.SYSTEM_PROP_DELETE_LOCK_FILES, String.valueOf(delete));
        return new MavenResolver(new FileLockNamedLockFactory());
    }

    @Override
    public Optional<Hold> acquire(Path resource, Duration limit) throws InterruptedException {
        String name = Sidecars.of(resource.toAbsolutePath()).toUri().toString();
        NamedLock lock = factory.getLock(NamedLockKey.of(name, name));
        boolean acquired = false;
        try {
            acquired = lock.lockExclusively(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!acquired) {
                lock.close();
            }
        }
        return acquired ? Optional.of(() -> release(lock)) : Optional.empty();
    }

    private static void release(NamedLock lock) {
        try (lock) {
            lock.unlock();
        }
    }
}
