package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.peer.Peer;
import io.github.filelocked.examples.benchmark.peer.Peers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of several JVMs whose threads take one lock, hold it for a while, and want it again, with one peer after another.
 */
final class FairnessProgram {

    private FairnessProgram() {}

    /** Arguments: which JVM this is, of how many, its threads, milliseconds, directory, hold, and the peers. */
    public static void main(String[] args) throws Exception {
        int jvm = Integer.parseInt(args[0]);
        int jvms = Integer.parseInt(args[1]);
        int threads = Integer.parseInt(args[2]);
        long nanos = Long.parseLong(args[3]) * 1_000_000;
        Path directory = Path.of(args[4]);
        Pause hold = Pause.parse(args[5]);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        for (int i = 6; i < args.length; i++) {
            Peers who = Peers.valueOf(args[i]);
            FairnessBoard board = FairnessBoard.open(who, jvms, directory);
            try (Peer peer = who.in(directory)) {
                peer.acquire().release(); // Practice: loads the classes.
                Arrivals arrivals = new Arrivals();
                long end = board.start(nanos);
                List<Future<?>> running = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    running.add(executor.submit(() -> {
                        takeUntil(end, peer, hold, arrivals);
                        return null;
                    }));
                }
                for (Future<?> each : running) {
                    each.get();
                }
                board.end(jvm, arrivals);
            }
        }
        executor.shutdown();
    }

    private static void takeUntil(long end, Peer peer, Pause time, Arrivals arrivals) throws Exception {
        for (long arrived = System.nanoTime(); arrived < end; arrived = System.nanoTime()) {
            Peer.Hold hold = peer.acquire();
            try {
                arrivals.enter(arrived); // No two threads are here at once: that is what is measured.
                time.work();
            } finally {
                hold.release();
            }
        }
    }
}
