package io.github.filelocked.examples.benchmark.footprint;

import java.lang.management.ManagementFactory;

/** The heap in use when all garbage is gone. */
final class Heap {

    private Heap() {}

    static long used() throws InterruptedException {
        long used = 0;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50); // For cleaners: what they let go, only the next collection takes.
            used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
        return used; // The first answer counts two megabytes that asking has cost.
    }
}
