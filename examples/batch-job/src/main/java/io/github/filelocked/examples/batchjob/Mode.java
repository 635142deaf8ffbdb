package io.github.filelocked.examples.batchjob;

import java.io.IOException;
import java.nio.file.Path;

/** The two ways to run the job. */
enum Mode {
    UNLOCKED("no lock", Counter::increment),
    LOCKED("@FileLocked", Counter::incrementLocked);

    /** Returns when the body was entered. */
    @FunctionalInterface
    interface Job {
        long run(Path file) throws IOException;
    }

    final String label;
    final Job job;

    Mode(String label, Job job) {
        this.label = label;
        this.job = job;
    }
}
