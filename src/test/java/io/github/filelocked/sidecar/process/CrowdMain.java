package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One process of the crowd. */
final class CrowdMain {

    private CrowdMain() {}

    /** Arguments: the file, the number of threads, for how many milliseconds. */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        int number = Integer.parseInt(args[1]);
        // Once before, so that what is loaded and started for good is: classes, and the JDK's thread for timeouts.
        new CompletableFuture<Void>()
                .completeOnTimeout(null, 1, TimeUnit.NANOSECONDS)
                .join();
        run(Counter.create(file.resolveSibling("warm" + ProcessHandle.current().pid())), 1, 0);
        int threads = Thread.activeCount();
        int before = descriptors();
        Lines.say("ready");
        if (System.in.read() < 0) { // All processes begin together.
            return;
        }
        Outcome outcome = run(file, number, TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[2])));
        Lines.say(
                "share",
                String.valueOf(
                        outcome.rounds.stream().mapToInt(Integer::intValue).sum()));
        Lines.say(
                "least and most",
                String.valueOf(outcome.rounds.stream()
                        .mapToInt(Integer::intValue)
                        .min()
                        .orElseThrow()),
                String.valueOf(outcome.rounds.stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElseThrow()));
        Lines.say(
                "descriptors",
                String.valueOf(before),
                String.valueOf(outcome.mostDescriptors),
                String.valueOf(descriptors()));
        Lines.say("threads", String.valueOf(threads), String.valueOf(Thread.activeCount()));
        Lines.say(
                "tables",
                String.valueOf(System.getProperties().get("io.github.filelocked.claims/2")),
                String.valueOf(System.getProperties().get("io.github.filelocked.inodes/2")));
    }

    private record Outcome(List<Integer> rounds, int mostDescriptors) {}

    private static Outcome run(Path file, int number, long nanos) throws Exception {
        List<Thread> threads = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(number, work -> {
            Thread thread = new Thread(work);
            threads.add(thread);
            return thread;
        });
        List<Future<Integer>> results = new ArrayList<>();
        long end = System.nanoTime() + nanos;
        for (int i = 0; i < number; i++) {
            results.add(pool.submit(worker(file, end)));
        }
        pool.shutdown();
        int most = 0;
        while (!pool.awaitTermination(50, TimeUnit.MILLISECONDS)) {
            most = Math.max(most, descriptors());
        }
        for (Thread thread : threads) {
            thread.join();
        }
        List<Integer> rounds = new ArrayList<>();
        for (Future<Integer> result : results) {
            rounds.add(result.get());
        }
        return new Outcome(rounds, most);
    }

    private static Callable<Integer> worker(Path file, long end) {
        FileLocks locks = FileLocks.create();
        return () -> {
            int rounds = 0;
            do {
                try (HeldLock lock = locks.acquire(file)) {
                    Path mark = Files.createFile(
                            lock.path().resolveSibling(lock.path().getFileName() + ".mark"));
                    Counter.increment(lock.path());
                    Files.delete(mark);
                    rounds++;
                }
            } while (System.nanoTime() < end);
            return rounds;
        };
    }

    private static int descriptors() throws IOException {
        String[] open = new File("/proc/self/fd").list();
        if (open == null) {
            throw new IOException("no /proc/self/fd to count descriptors in");
        }
        return open.length;
    }
}
