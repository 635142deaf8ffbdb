package io.github.filelocked.examples.batchjob;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/** The outcome of several workers that ran the job on one file. */
record Run(Mode mode, long expected, long counted, Duration took, Duration longestWait) {

    long lost() {
        return expected - counted;
    }

    static Run of(Mode mode, Path file, int workers, int rounds, Duration limit)
            throws IOException, InterruptedException, ExecutionException {
        long expected = (long) workers * rounds;
        List<WorkerProcess> team = new ArrayList<>();
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(workers + 1);
        try {
            for (int i = 0; i < workers; i++) {
                team.add(new WorkerProcess(mode, file, rounds));
            }
            // All that follows waits for nothing but the workers, so to end them is to end the wait.
            threads.schedule(() -> giveUp(team, limit), limit.toNanos(), NANOSECONDS);
            for (WorkerProcess worker : team) {
                worker.awaitReady();
            }
            long before = Counter.read(file);
            long start = System.nanoTime();
            for (WorkerProcess worker : team) {
                worker.start();
            }
            List<Duration> waits = followAll(team, threads, Progress.of(mode.label, expected));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return new Run(mode, expected, Counter.read(file) - before, took, Collections.max(waits));
        } finally {
            team.forEach(WorkerProcess::destroy);
            threads.shutdownNow();
        }
    }

    private static List<Duration> followAll(
            List<WorkerProcess> team, ScheduledExecutorService threads, Progress progress)
            throws InterruptedException, ExecutionException {
        try (progress) {
            List<Future<Duration>> followed = new ArrayList<>();
            for (WorkerProcess worker : team) {
                followed.add(threads.submit(() -> worker.follow(progress)));
            }
            List<Duration> waits = new ArrayList<>();
            for (Future<Duration> longestWait : followed) {
                waits.add(longestWait.get());
            }
            return waits;
        }
    }

    private static void giveUp(List<WorkerProcess> team, Duration limit) {
        System.err.println("batch-job: gives up after " + limit);
        team.forEach(WorkerProcess::destroy);
    }
}
