package io.github.filelocked.lucene;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FSLockFactory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;

/**
 * Lucene's index locks by way of {@link FileLocks}: one attempt each, like Lucene's own.
 *
 * <p><b>Reentrancy.</b> None. Lucene refuses a second lock of the same name even to the thread that holds the first,
 * while {@link FileLocks} lets that thread in again. Therefore every lock is detached: it belongs to no thread, so the
 * engine itself refuses the second one. A set of locks given out would do as well, but would hide the engine from the
 * suite.
 */
final class FilelockedLockFactory extends FSLockFactory {

    private final FileLocks locks = FileLocks.create();

    @Override
    protected Lock obtainFSLock(FSDirectory directory, String name) throws IOException {
        Path resource = directory.getDirectory().resolve(name);
        HeldLock lock = locks.tryAcquire(resource)
                .orElseThrow(() -> new LockObtainFailedException("another holds the lock of " + resource));
        return new FilelockedLock(lock.detach());
    }

    private static final class FilelockedLock extends Lock {

        private final HeldLock lock;

        FilelockedLock(HeldLock lock) {
            this.lock = lock;
        }

        @Override
        public void ensureValid() {
            if (!lock.isHeld()) {
                throw new AlreadyClosedException("the lock is closed or lost: " + lock);
            }
        }

        @Override
        public void close() {
            lock.close();
        }
    }
}
