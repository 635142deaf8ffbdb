package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;

/** Locked where the weaver has put it. */
final class WovenJob {

    static final String RESOURCE = "target/constant.txt";

    private WovenJob() {}

    @FileLocked(RESOURCE)
    static Path constant() {
        return LockedPath.current();
    }

    @FileLocked("target/#{#name}.txt")
    static Path expression(String name) {
        return LockedPath.current();
    }
}
