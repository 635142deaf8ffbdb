package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NativeFSLockFactory;

/** Lucene's {@code write.lock}: taken or refused. */
record LuceneAttempt(Directory directory) implements Polling.Attempt {

    static LuceneAttempt in(Path directory) throws IOException {
        return new LuceneAttempt(FSDirectory.open(directory.resolve("lucene"), NativeFSLockFactory.INSTANCE));
    }

    @Override
    public Optional<Peer.Hold> tryAcquire() throws IOException {
        try {
            Lock lock = directory.obtainLock("write.lock");
            return Optional.of(lock::close);
        } catch (LockObtainFailedException busy) {
            return Optional.empty();
        }
    }
}
