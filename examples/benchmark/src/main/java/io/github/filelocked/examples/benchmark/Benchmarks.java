package io.github.filelocked.examples.benchmark;

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
import io.github.filelocked.examples.benchmark.report.Outcome;
import io.github.filelocked.examples.benchmark.report.Table;
import io.github.filelocked.examples.benchmark.report.TextReport;
import io.github.filelocked.examples.benchmark.report.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
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
            description = "what to measure (default: ${DEFAULT-VALUE})")
    private List<String> parts;

    @Option(
            names = "--results",
            paramLabel = "DIRECTORY",
            defaultValue = "results",
            description = "where tables and plots go (default: ${DEFAULT-VALUE})")
    private Path results;

    @Option(names = "--help", usageHelp = true, description = "show this")
    private boolean help;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmarks())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Map<String, Part> known = parts();
        Set<String> wanted = parts.contains(ALL) ? known.keySet() : Set.copyOf(parts);
        if (!known.keySet().containsAll(wanted)) {
            throw new ParameterException(spec.commandLine(), "--parts: one of " + known.keySet() + " or " + ALL);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (Map.Entry<String, Part> part : known.entrySet()) {
            if (wanted.contains(part.getKey())) {
                System.err.printf("measuring: %s%n", part.getKey());
                Outcome outcome = part.getValue().measure(size);
                outcome.tables().forEach(table -> System.out.println(TextReport.of(table)));
                verdicts.addAll(outcome.verdicts());
            }
        }
        System.out.println(TextReport.of(targets(verdicts)));
        return 0;
    }

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("uncontended", new UncontendedCost());
        parts.put("annotation", new AnnotationCost());
        parts.put("scale", new ScaleCost());
        parts.put("threads", new ThreadsCost());
        parts.put("waiting", new Waiters());
        parts.put("memory", new Memory());
        parts.put("start", new FirstLock());
        parts.put("virtual", new VirtualThreads());
        return parts;
    }

    private static Table targets(List<Verdict> verdicts) {
        return new Table(
                "Targets",
                "",
                List.of("figure", "target", "reached", "met"),
                verdicts.stream()
                        .map(verdict ->
                                List.of(verdict.figure(), verdict.target(), verdict.reached(), verdict.answer()))
                        .toList());
    }
}
