package io.github.filelocked.examples.batchjob;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A worker from the inside: a JVM that practises once, says that it is ready, waits for a line, runs the job round
 * after round, and prints how long each round waited, in nanoseconds.
 */
final class Worker {

    static final String READY = "ready";

    private Worker() {}

    static void work(Mode mode, Path file, int rounds) throws IOException {
        mode.job.run(file); // Practice, not counted: loads the classes, which would be measured as waiting.
        System.out.println(READY);
        if (System.in.read() < 0) {
            return; // The launcher is gone.
        }
        for (int round = 0; round < rounds; round++) {
            long wanted = System.nanoTime();
            long entered = mode.job.run(file);
            System.out.println(entered - wanted);
        }
    }
}
