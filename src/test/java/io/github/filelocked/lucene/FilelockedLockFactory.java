package io.github.filelocked.lucene;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FSLockFactory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;

/**
 * Lucene's index locks by way of {@link FileLocks}: one attempt each, like Lucene's own.
 *
 * <p><b>Reentrancy.</b> None. Lucene refuses a second lock of the same name even to the thread that holds the first, while
 * {@link FileLocks} would let that thread in again. Therefore this factory keeps the set of what it has given out, and
 * refuses what is in it.
 */
final class FilelockedLockFactory extends FSLockFactory {

    private final FileLocks locks = FileLocks.create();
    private final Set<Path> givenOut = ConcurrentHashMap.newKeySet();

    @Override
    protected Lock obtainFSLock(FSDirectory directory, String name) throws IOException {
        Path resource = directory.getDirectory().toRealPath().resolve(name);
        if (!givenOut.add(resource)) {
            throw new LockObtainFailedException("this factory has given out the lock of " + resource);
        }
        HeldLock lock = null;
        try {
            lock = locks.tryAcquire(resource)
                    .orElseThrow(() -> new LockObtainFailedException("another holds the lock of " + resource));
        } finally {
            if (lock == null) {
                givenOut.remove(resource);
            }
        }
        return new FilelockedLock(lock, resource);
    }

    private final class FilelockedLock extends Lock {

        private final HeldLock lock;
        private final Path resource;
        private boolean closed;

        FilelockedLock(HeldLock lock, Path resource) {
            this.lock = lock;
            this.resource = resource;
        }

        @Override
        public synchronized void ensureValid() {
            if (closed || !lock.isHeld()) {
                throw new AlreadyClosedException("the lock is closed or lost: " + lock);
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                try (lock) {
                    givenOut.remove(resource);
                }
            }
        }
    }
}
