package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.process.ChildJvm;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.Unit;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Heap and descriptors of held locks, and what released ones leave behind. */
public final class Memory implements Part {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Override
    public Outcome measure(Size size) throws Exception {
        int held = size.pick(10_000, 1_000);
        int distinct = size.pick(1_000_000, 5_000);
        Held ours = held("filelocked", held);
        Held raw = held("raw", held);
        List<String> left = ChildJvm.run(DistinctPathsProgram.class, List.of(String.valueOf(distinct)), LIMIT);
        long heapLeft = Long.parseLong(left.get(0));
        long entriesLeft = Long.parseLong(left.get(1));
        Table perLock = new Table(
                "Memory: one of " + Unit.COUNT.format(held) + " held locks",
                "",
                List.of("candidate", "heap", "descriptors"),
                List.of(ours.row("filelocked"), raw.row("raw floor: FileChannel and FileLock")));
        Table leftBehind = new Table(
                "Memory: left behind by " + Unit.COUNT.format(distinct) + " distinct paths, locked and released",
                "",
                List.of("candidate", "heap", "entries in the JVM's tables"),
                List.of(List.of("filelocked", Unit.BYTES.format(heapLeft), Unit.COUNT.format(entriesLeft))));
        String after = " after " + Unit.COUNT.format(distinct) + " paths";
        return new Outcome(
                List.of(perLock, leftBehind),
                List.of(
                        Verdict.atMost("heap of a held lock", 1_024, ours.heap, Unit.BYTES),
                        Verdict.atMost("descriptors of a held lock", 1, ours.descriptors, Unit.NUMBER),
                        Verdict.atMost("entries in the tables" + after, 0, entriesLeft, Unit.COUNT),
                        // Not nothing: the JVM itself takes some, for compiled code and the like.
                        Verdict.atMost("heap left" + after, 262_144, heapLeft, Unit.BYTES)));
    }

    private static Held held(String candidate, int count) throws IOException, InterruptedException {
        List<String> printed = ChildJvm.run(HeldLocksProgram.class, List.of(candidate, String.valueOf(count)), LIMIT);
        return new Held(Double.parseDouble(printed.get(0)) / count, Double.parseDouble(printed.get(1)) / count);
    }

    /** Of a single lock. */
    private record Held(double heap, double descriptors) {

        List<String> row(String label) {
            return List.of(label, Unit.BYTES.format(heap), Unit.NUMBER.format(descriptors));
        }
    }
}
