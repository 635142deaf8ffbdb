package io.github.filelocked.sidecar.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One process of the stress test: threads that lock at random, and are interrupted at random. */
final class StressMain {

    private StressMain() {}

    /** Arguments: the referee's port, a seed, the number of threads, the directory, for how many milliseconds. */
    public static void main(String[] args) throws Exception {
        long seed = Long.parseLong(args[1]);
        int number = Integer.parseInt(args[2]);
        List<Thread> threads = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(number, work -> {
            Thread thread = new Thread(work, "stress-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
        Lines.say("ready");
        if (System.in.read() < 0) { // All processes begin together.
            return;
        }
        List<Future<Map<String, Integer>>> results = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            results.add(pool.submit(worker(i, args, seed + i)));
        }
        Random random = new Random(seed);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[4]));
        while (System.nanoTime() < end) {
            TimeUnit.MICROSECONDS.sleep(random.nextInt(4_000));
            threads.get(random.nextInt(number)).interrupt();
        }
        Map<String, Integer> sums = new TreeMap<>();
        for (Future<Map<String, Integer>> result : results) {
            result.get(ChildJvm.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .forEach((what, n) -> sums.merge(what, n, Integer::sum));
        }
        sums.forEach((what, n) -> Lines.say("sum", what, n.toString()));
        Lines.say("sum", "", "0");
        Lines.say(
                "tables",
                String.valueOf(System.getProperties().get("io.github.filelocked.claims/2")),
                String.valueOf(System.getProperties().get("io.github.filelocked.inodes/2")));
    }

    /** Every third thread uses a copy of the library in a class loader of its own. */
    @SuppressWarnings("unchecked")
    private static Callable<Map<String, Integer>> worker(int index, String[] args, long seed) throws Exception {
        Object worker = index % 3 == 2 ? LibraryCopy.newInstance(StressWorker.class) : new StressWorker();
        worker.getClass()
                .getMethod("configure", int.class, long.class, Path.class, long.class)
                .invoke(worker, Integer.parseInt(args[0]), seed, Path.of(args[3]), Long.parseLong(args[4]));
        return (Callable<Map<String, Integer>>) worker;
    }
}
