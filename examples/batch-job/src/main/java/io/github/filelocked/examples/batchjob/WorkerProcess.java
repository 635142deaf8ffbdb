package io.github.filelocked.examples.batchjob;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A worker from the outside. Whatever waits for it goes on when it is destroyed. */
final class WorkerProcess {

    private final int rounds;
    private final Process process;
    private final BufferedReader says;

    WorkerProcess(Mode mode, Path file, int rounds) throws IOException {
        this.rounds = rounds;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // Many short-lived JVMs at once: a quick start counts for more.
                        "-XX:+UseSerialGC",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        BatchJob.class.getName(),
                        "worker",
                        mode.name(),
                        file.toAbsolutePath().toString(),
                        String.valueOf(rounds))
                .redirectError(Redirect.INHERIT)
                .start();
        this.says = process.inputReader();
    }

    void awaitReady() throws IOException, InterruptedException {
        if (!Worker.READY.equals(says.readLine())) {
            throw ended("before it was ready");
        }
    }

    void start() throws IOException {
        process.outputWriter().append('\n').flush();
    }

    /** Follows it to its end, and returns its longest wait. */
    Duration follow(Progress progress) throws IOException, InterruptedException {
        long longest = 0;
        for (int round = 0; round < rounds; round++) {
            String waited = says.readLine();
            if (waited == null) {
                throw ended("in round " + (round + 1) + " of " + rounds);
            }
            longest = Math.max(longest, Long.parseLong(waited));
            progress.step();
        }
        return Duration.ofNanos(longest);
    }

    private IllegalStateException ended(String when) throws InterruptedException {
        String how = process.waitFor(10, TimeUnit.SECONDS) ? "with exit code " + process.exitValue() : "its output";
        return new IllegalStateException("worker " + process.pid() + " ended " + how + " " + when);
    }

    void destroy() {
        process.destroyForcibly();
    }
}
