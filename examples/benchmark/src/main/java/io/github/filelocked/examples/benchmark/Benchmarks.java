package io.github.filelocked.examples.benchmark;

import io.github.filelocked.examples.benchmark.contest.Contention;
import io.github.filelocked.examples.benchmark.contest.Fairness;
import io.github.filelocked.examples.benchmark.contest.HandOver;
import io.github.filelocked.examples.benchmark.contest.Pause;
import io.github.filelocked.examples.benchmark.cost.AnnotationCost;
import io.github.filelocked.examples.benchmark.cost.ScaleCost;
import io.github.filelocked.examples.benchmark.cost.ThreadsCost;
import io.github.filelocked.examples.benchmark.cost.UncontendedCost;
import io.github.filelocked.examples.benchmark.footprint.FirstLock;
import io.github.filelocked.examples.benchmark.footprint.Memory;
import io.github.filelocked.examples.benchmark.footprint.VirtualThreads;
import io.github.filelocked.examples.benchmark.footprint.Waiters;
import io.github.filelocked.examples.benchmark.measure.Part;
import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.report.Machine;
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Report;
import io.github.filelocked.examples.benchmark.report.TextReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures, and writes tables and plots. */
@Command(
        name = "benchmark",
        sortOptions = false,
        description = "Measures filelocked beside its peers, and writes tables and plots.")
public final class Benchmarks implements Callable<Integer> {

    private static final String ALL = "all";
    private static final Pause NO_TIME = Pause.parse("PT0S");

    @Option(
            names = "--size",
            paramLabel = "full|short",
            defaultValue = "full",
            description = "minutes for figures, or seconds to see that all of it runs (default: ${DEFAULT-VALUE})")
    private Size size;

    @Option(
            names = "--parts",
            paramLabel = "PART",
            split = ",",
            defaultValue = ALL,
            description = "what to measure; a wrong one shows them all (default: ${DEFAULT-VALUE})")
    private List<String> parts;

    @Option(
            names = "--hold",
            paramLabel = "PT0.005S-PT0.105S",
            defaultValue = "PT0.005S-PT0.105S",
            converter = PauseConverter.class,
            description = "hand-over: how long the lock is held, at random in these bounds (default: ${DEFAULT-VALUE})")
    private Pause hold;

    @Option(
            names = "--think",
            paramLabel = "PT0.001S-PT0.003S",
            defaultValue = "PT0.001S-PT0.003S",
            converter = PauseConverter.class,
            description = "contention-thinking: how long a process does something else between rounds (default:"
                    + " ${DEFAULT-VALUE})")
    private Pause think;

    @Option(
            names = "--fair-hold",
            paramLabel = "PT0.0002S",
            defaultValue = "PT0.0002S",
            converter = PauseConverter.class,
            description = "fairness: how long the lock is held (default: ${DEFAULT-VALUE})")
    private Pause fairHold;

    @Option(
            names = "--results",
            paramLabel = "DIRECTORY",
            defaultValue = "",
            description =
                    "where tables and plots go (default: results after a full run of all parts, else target/results)")
    private Path results;

    @Option(names = "--help", usageHelp = true, description = "show this")
    private boolean help;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // Pictures are drawn, but never shown.
        System.exit(new CommandLine(new Benchmarks())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Map<String, Part> wanted = wantedParts();
        Report report = new Report(size, Machine.here());
        for (Map.Entry<String, Part> part : wanted.entrySet()) {
            System.err.println("measuring: " + part.getKey());
            Outcome outcome = part.getValue().measure(size);
            outcome.tables().forEach(table -> System.out.println(TextReport.of(table)));
            report.add(outcome);
        }
        System.out.println(TextReport.of(report.targets()));
        report.write(resultsDirectory());
        return 0;
    }

    /** Keeps committed results from being overwritten by partial ones. */
    private Path resultsDirectory() {
        if (!results.toString().isEmpty()) {
            return results;
        }
        Path kept = Path.of("results");
        return size == Size.FULL && parts.contains(ALL)
                ? kept
                : Path.of("target").resolve(kept);
    }

    private Map<String, Part> wantedParts() {
        Map<String, Part> known = parts();
        if (parts.contains(ALL)) {
            return known;
        }
        if (!known.keySet().containsAll(parts)) {
            throw new ParameterException(spec.commandLine(), "--parts: some of " + known.keySet() + ", or " + ALL);
        }
        known.keySet().retainAll(Set.copyOf(parts));
        return known;
    }

    /** In the order in which they are measured. */
    private Map<String, Part> parts() {
        Map<String, Part> known = new LinkedHashMap<>();
        known.put("uncontended", new UncontendedCost());
        known.put("annotation", new AnnotationCost());
        known.put("scale", new ScaleCost());
        known.put("threads", new ThreadsCost());
        known.put("hand-over", new HandOver(hold));
        known.put("contention", new Contention("contention", NO_TIME));
        known.put("contention-thinking", new Contention("contention-thinking", think));
        known.put("fairness", new Fairness(fairHold));
        known.put("waiting", new Waiters());
        known.put("memory", new Memory());
        known.put("start", new FirstLock());
        known.put("virtual", new VirtualThreads());
        return known;
    }

    /** For picocli. */
    private static final class PauseConverter implements CommandLine.ITypeConverter<Pause> {

        @Override
        public Pause convert(String text) {
            return Pause.parse(text);
        }
    }
}
