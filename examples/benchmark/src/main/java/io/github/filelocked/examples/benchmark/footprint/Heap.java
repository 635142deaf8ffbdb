package io.github.filelocked.examples.benchmark.footprint;

import java.lang.management.ManagementFactory;

/** The heap in use when all garbage is gone. */
final class Heap {

    private Heap() {}

    static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc(); // More than once: what a cleaner has let go, only the next collection takes.
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
