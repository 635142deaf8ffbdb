package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Has threads wait without a deadline for a lock that this JVM holds. Prints the processor time of all of them
 * together, in nanoseconds, and how many threads there are beside them that were not there before.
 */
final class WaitersProgram {

    private WaitersProgram() {}

    public static void main(String[] args) throws Exception {
        int waiters = Integer.parseInt(args[0]);
        long millis = Long.parseLong(args[1]);
        FileLocks locks = FileLocks.create();
        try (Scratch scratch = Scratch.create()) {
            List<Thread> threads;
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            try (HeldLock held = locks.acquire(scratch.file("resource"))) {
                threads = IntStream.range(0, waiters)
                        .mapToObj(
                                i -> new Thread(() -> locks.acquire(held.path()).close()))
                        .toList();
                threads.forEach(Thread::start);
                Thread.sleep(300); // Until all of them wait.
                long timeBefore = processorTime(threads);
                Thread.sleep(millis);
                System.out.println(processorTime(threads) - timeBefore);
                System.out.println(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread) && !threads.contains(thread))
                        .count());
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static long processorTime(List<Thread> threads) {
        ThreadMXBean measured = ManagementFactory.getThreadMXBean();
        return threads.stream()
                .mapToLong(thread -> measured.getThreadCpuTime(thread.getId()))
                .sum();
    }
}
