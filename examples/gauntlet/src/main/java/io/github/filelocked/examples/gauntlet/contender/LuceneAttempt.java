package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NativeFSLockFactory;

/**
 * Lucene's native lock, taken or refused, and asked at the end whether it is still valid, as Lucene does before it
 * writes.
 */
final class LuceneAttempt implements Polling.Attempt {

    @Override
    public Optional<Contender.Hold> tryAcquire(Path resource) throws IOException {
        Path sidecar = Sidecars.of(resource.toAbsolutePath());
        Directory directory = FSDirectory.open(sidecar.getParent(), NativeFSLockFactory.INSTANCE);
        try {
            Lock lock = directory.obtainLock(sidecar.getFileName().toString());
            return Optional.of(() -> release(lock));
        } catch (LockObtainFailedException busy) {
            return Optional.empty();
        }
    }

    private static void release(Lock lock) throws IOException {
        try (lock) {
            lock.ensureValid();
        }
    }
}
