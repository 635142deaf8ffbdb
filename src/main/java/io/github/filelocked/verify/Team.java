package io.github.filelocked.verify;

import io.github.filelocked.verify.WorkerProcess.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All workers. */
final class Team {

    private final List<WorkerProcess> workers = new ArrayList<>();
    private boolean closed;

    /** Starts them, and waits until all are there. */
    void start(Plan plan) throws CannotTell, InterruptedException {
        for (int i = 0; i < plan.processes(); i++) {
            add(plan);
        }
        for (WorkerProcess worker : all()) {
            worker.await(); // Ready.
        }
        for (WorkerProcess worker : all()) {
            compareClocks(worker);
        }
    }

    synchronized List<WorkerProcess> all() {
        return List.copyOf(workers);
    }

    /** Kills them, and waits for their ends, so that their files can be deleted. No more are started from then on. */
    void close(Duration patience) throws InterruptedException {
        List<WorkerProcess> last;
        synchronized (this) {
            closed = true;
            last = all();
        }
        last.forEach(WorkerProcess::kill);
        for (WorkerProcess worker : last) {
            boolean unused = worker.hasEndedWithin(patience);
        }
    }

    private synchronized void add(Plan plan) throws CannotTell {
        if (closed) {
            throw new CannotTell("the run was broken off");
        }
        workers.add(WorkerProcess.start(plan));
    }

    /**
     * The sweep compares moments of several processes, which no specification of {@code nanoTime} promises to be of one
     * clock.
     */
    private static void compareClocks(WorkerProcess worker) throws CannotTell, InterruptedException {
        long before = System.nanoTime();
        worker.send("clock");
        Answer answer = worker.await();
        long theirs = Long.parseLong(answer.text());
        if (theirs - before < 0 || System.nanoTime() - theirs < 0) {
            throw new CannotTell("the monotonic clocks of two processes differ on this system");
        }
    }
}
