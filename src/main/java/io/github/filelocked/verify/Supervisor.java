package io.github.filelocked.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sees to it that a run ends in time and leaves nothing behind. Every use of a file may hang in the kernel, where
 * nothing but the end of the process ends it: so all of them are in threads that this one does not wait for without
 * limit.
 */
final class Supervisor {

    private static final Duration CLEANUP = Duration.ofSeconds(1);

    private final Plan plan;
    private final Path directory;
    private final PrintStream out;
    private final Findings findings;
    private final Session session;

    Supervisor(Plan plan, Path directory, PrintStream out) {
        this.plan = plan;
        this.directory = directory;
        this.out = out;
        this.findings = new Findings(out);
        this.session = new Session(plan, directory, findings);
    }

    Verdict verdict() {
        out.printf("Do locks exclude in %s?%n", directory.normalize());
        Thread atExit = new Thread(this::cleanUpInTime, "clean-up"); // For who presses Ctrl-C.
        Runtime.getRuntime().addShutdownHook(atExit);
        if (!endsWithin(plan.limit(), session)) {
            findings.doubt(findings.step() + " had not ended after " + WorkerProcess.seconds(plan.limit()));
        }
        cleanUpInTime();
        forget(atExit);
        out.println("\n" + findings.conclusion());
        return findings.verdict();
    }

    private static boolean endsWithin(Duration limit, Runnable task) {
        Thread thread = new Thread(task, "verify");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException broken) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private static void forget(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // It is running, and finds nothing left to do.
        }
    }

    private void cleanUpInTime() {
        if (!endsWithin(CLEANUP, this::cleanUp)) {
            leftBehind("to delete it hangs");
        }
    }

    private void cleanUp() {
        try {
            session.close();
        } catch (IOException failure) {
            leftBehind(failure.toString());
        } catch (InterruptedException broken) {
            leftBehind("the run was interrupted");
        }
    }

    private void leftBehind(String why) {
        out.println("\nLeft behind, please delete it: " + session.scratch() + " (" + why + ")");
    }
}
