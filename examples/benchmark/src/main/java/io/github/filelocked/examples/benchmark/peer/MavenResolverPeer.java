package io.github.filelocked.examples.benchmark.peer;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.aether.named.NamedLock;
import org.eclipse.aether.named.NamedLockKey;
import org.eclipse.aether.named.providers.FileLockNamedLockFactory;

/** Maven Resolver's named locks {@code file-lock}, which polls every 100 ms. */
record MavenResolverPeer(FileLockNamedLockFactory factory, NamedLockKey key) implements Peer {

    static MavenResolverPeer in(Path directory) {
        // On, which is the default, every process locks an orphan of its own, and nobody is excluded.
        System.setProperty(FileLockNamedLockFactory.SYSTEM_PROP_DELETE_LOCK_FILES, "false");
        String file = directory.resolve("maven.lock").toUri().toString();
        return new MavenResolverPeer(new FileLockNamedLockFactory(), NamedLockKey.of(file, file));
    }

    @Override
    public Hold acquire() throws InterruptedException {
        NamedLock lock = factory.getLock(key);
        if (!lock.lockExclusively(1, TimeUnit.HOURS)) {
            throw new IllegalStateException("not acquired in an hour");
        }
        return () -> {
            lock.unlock();
            lock.close();
        };
    }

    @Override
    public void close() {
        factory.shutdown();
    }
}
