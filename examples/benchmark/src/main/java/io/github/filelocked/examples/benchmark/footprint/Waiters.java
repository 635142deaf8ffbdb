package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.process.ChildJvm;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.time.Duration;
import java.util.List;

/** The costs of threads that do nothing but wait. */
public final class Waiters implements Part {

    private static final int WAITERS = 15;

    @Override
    public Outcome measure(Size size) throws Exception {
        long millis = size.pick(5_000, 500);
        List<String> printed = ChildJvm.run(
                WaitersProgram.class, List.of(String.valueOf(WAITERS), String.valueOf(millis)), Duration.ofMinutes(1));
        double percent = Double.parseDouble(printed.get(0)) / (millis * 1e6) * 100;
        long threads = Long.parseLong(printed.get(1));
        Table table = new Table(
                "Waiting: " + WAITERS + " threads of one JVM wait for one resource, without a deadline",
                "",
                List.of("candidate", "processor time of all, of the wall's", "threads beside them"),
                List.of(List.of("filelocked", Unit.PERCENT.format(percent), Unit.COUNT.format(threads))));
        return new Outcome(
                List.of(table),
                List.of(
                        Verdict.atMost("processor time of " + WAITERS + " waiters", 2, percent, Unit.PERCENT),
                        Verdict.atMost("threads of ours while some wait without a deadline", 0, threads, Unit.COUNT)));
    }
}
