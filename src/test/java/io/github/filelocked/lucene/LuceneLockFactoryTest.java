package io.github.filelocked.lucene;

import com.carrotsearch.randomizedtesting.ThreadFilter;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.store.BaseLockFactoryTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;

/**
 * The suite that Lucene publishes for whoever writes a lock factory, as a referee that nobody wrote here. It prints its
 * seed if it fails; {@code -Dtests.seed=...} repeats that run.
 */
@ThreadLeakFilters(filters = LuceneLockFactoryTest.EngineThreads.class)
@SuppressFileSystems("*") // Lucene's file systems of its own tests, which have no locks of a kernel.
public class LuceneLockFactoryTest extends BaseLockFactoryTestCase {

    @Override
    protected Directory getDirectory(Path path) throws IOException {
        return FSDirectory.open(path, new FilelockedLockFactory());
    }

    /**
     * Threads that may outlive a test: the JDK's timer, and the engine's own thread, which ends soon after its last
     * use.
     */
    public static final class EngineThreads implements ThreadFilter {

        @Override
        public boolean reject(Thread thread) {
            return thread.getName().startsWith("filelocked")
                    || thread.getName().equals("CompletableFutureDelayScheduler");
        }
    }
}
