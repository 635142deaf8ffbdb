package io.github.filelocked.verify;

import io.github.filelocked.verify.WorkerProcess.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All processes want one lock, as often as they can, and increment a counter under it. Two detectors look on. */
final class Hammering {

    private static final int TICKS = 4;

    private final Plan plan;
    private final List<WorkerProcess> workers;
    private final Path counter;
    private final Findings findings;
    private final List<Hold> holds = new ArrayList<>();
    private @Nullable CannotTell failure;

    Hammering(Plan plan, List<WorkerProcess> workers, Path counter, Findings findings) {
        this.plan = plan;
        this.workers = workers;
        this.counter = counter;
        this.findings = findings;
    }

    void run() throws IOException, CannotTell, InterruptedException {
        Counter.reset(counter);
        for (WorkerProcess worker : workers) {
            worker.send("hammer " + plan.hammering().toMillis() + " "
                    + plan.lockPatience().toMillis() + " " + counter);
        }
        lookOn();
        for (WorkerProcess worker : workers) {
            collect(worker);
        }
        judge();
        if (failure != null) {
            throw failure;
        }
    }

    private void lookOn() throws IOException, InterruptedException {
        Duration tick = plan.hammering().dividedBy(TICKS);
        for (int i = 1; i <= TICKS; i++) {
            if (workers.get(0).hasEndedWithin(tick)) {
                return;
            }
            findings.row(
                    i == 1 ? plan.processes() + " processes, one counter" : "",
                    "%,d after %s",
                    Counter.read(counter),
                    WorkerProcess.seconds(tick.multipliedBy(i)));
        }
    }

    /** Keeps a failure of one process for later, because it does not undo what the others have seen. */
    private void collect(WorkerProcess worker) throws InterruptedException {
        try {
            // The last lock that it wants may take it all the patience it has.
            Answer answer = worker.await(plan.lockPatience().plusSeconds(1));
            while (answer.topic().equals(Worker.HOLD)) {
                holds.add(Hold.of(worker.pid(), answer.text()));
                answer = worker.await();
            }
            if (answer.topic().equals(Worker.BUSY)) {
                throw worker.lockDidNotCome();
            }
        } catch (CannotTell problem) {
            failure = problem;
        }
    }

    private void judge() throws IOException {
        judgeCounter(holds.size(), Counter.read(counter));
        judgeSweep(Sweep.over(holds));
    }

    void judgeCounter(long expected, long counted) {
        long lost = expected - counted;
        findings.row("counter: lost updates", "%,d of %,d", lost, expected);
        if (lost > 0) {
            findings.breach(Findings.format("%,d of %,d updates were lost", lost, expected));
        } else if (lost < 0) { // A process that ended has told less than it did.
            findings.doubt(Findings.format("the counter is %,d higher than what was reported", -lost));
        }
    }

    void judgeSweep(Sweep sweep) {
        findings.row("sweep: overlapping holds", "%,d of %,d", sweep.overlaps(), sweep.holds());
        if (sweep.overlaps() > 0) {
            findings.breach(Findings.format("%,d holds began while another went on", sweep.overlaps()));
            return; // What is no lock, is not handed over.
        }
        int handOvers = sweep.handOvers().size();
        findings.row("hand-overs between processes", "%,d", handOvers);
        if (handOvers > 0) {
            findings.row(
                    "a hand-over, median and 99th percentile",
                    "%.2f ms, %.2f ms",
                    sweep.handOverMillis(50),
                    sweep.handOverMillis(99));
        }
        if (handOvers < plan.minHandOvers()) {
            findings.doubt(Findings.format(
                    "there were only %,d contended hand-overs, and %,d are the least to conclude from",
                    handOvers, plan.minHandOvers()));
        }
    }
}
