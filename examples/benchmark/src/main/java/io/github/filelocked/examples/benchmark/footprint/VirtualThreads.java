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

/** Virtual threads that wait for a lock: all get it in the end, and others go on meanwhile. */
public final class VirtualThreads implements Part {

    private static final int FIRST_JDK = 21;

    @Override
    public Outcome measure(Size size) throws Exception {
        int count = size.pick(10_000, 500);
        String title = "Virtual threads: " + Unit.COUNT.format(count) + " wait for one resource";
        List<String> header = List.of("candidate", "had the lock", "in all", "another's start meanwhile");
        int jdk = Runtime.version().feature();
        if (jdk < FIRST_JDK) {
            String note = "Not measured: JDK " + jdk + " has none. Run it on JDK " + FIRST_JDK + " or later.";
            return new Outcome(List.of(new Table(title, note, header, List.of())), List.of());
        }
        List<String> printed =
                ChildJvm.run(VirtualThreadsProgram.class, List.of(String.valueOf(count)), Duration.ofMinutes(3));
        double other = Double.parseDouble(printed.get(0));
        long had = Long.parseLong(printed.get(1));
        double all = Double.parseDouble(printed.get(2));
        Table table = new Table(
                title,
                "",
                header,
                List.of(List.of(
                        "filelocked", Unit.COUNT.format(had), Unit.NANOS.format(all), Unit.NANOS.format(other))));
        return new Outcome(
                List.of(table),
                List.of(
                        Verdict.atLeast("virtual threads that had the lock", count, had, Unit.COUNT),
                        // With all carriers pinned it would start when the lock is released: not before, in this
                        // program.
                        Verdict.atMost("start of a virtual thread while they wait", 1e9, other, Unit.NANOS)));
    }
}
