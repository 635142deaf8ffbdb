package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;

/**
 * Locked by Spring's proxy alone: an annotation on an interface means nothing to the weaver, which sees this class too.
 */
@SuppressWarnings("filelocked")
interface ProxiedJob {

    @FileLocked(WovenJob.RESOURCE)
    Path constant();

    @FileLocked("target/#{#name + '.txt'}")
    Path expression(String name);

    /** The bean. */
    final class Bean implements ProxiedJob {

        @Override
        public Path constant() {
            return LockedPath.current();
        }

        @Override
        public Path expression(String name) {
            return LockedPath.current();
        }
    }
}
