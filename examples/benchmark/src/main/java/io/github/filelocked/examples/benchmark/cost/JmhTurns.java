package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.examples.benchmark.measure.Size;
import io.github.filelocked.examples.benchmark.measure.Turns;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all benchmarks of a class in turns, each in a JVM of its own. JMH alone would do all forks of one benchmark
 * before those of the next, and so compare a quiet minute of a shared machine with a busy one.
 */
final class JmhTurns {

    private JmhTurns() {}

    /** A candidate is a method's name, followed by the values of its parameters. */
    static Turns run(Class<?> benchmarks, Size size) throws RunnerException {
        return run(size, options(benchmarks, size));
    }

    /** The same with other values of a parameter than the class itself has. */
    static Turns run(Class<?> benchmarks, Size size, String parameter, List<String> values) throws RunnerException {
        return run(size, options(benchmarks, size).param(parameter, values.toArray(String[]::new)));
    }

    private static Turns run(Size size, ChainedOptionsBuilder options) throws RunnerException {
        // Else two runs on one machine refuse each other, even in different clones.
        System.setProperty("jmh.ignoreLock", "true");
        Turns turns = new Turns();
        for (int turn = 0; turn < size.pick(5, 1); turn++) {
            for (RunResult result : new Runner(options.build()).run()) {
                turns.add(candidate(result), result.getPrimaryResult().getScore());
            }
        }
        return turns;
    }

    private static ChainedOptionsBuilder options(Class<?> benchmarks, Size size) {
        return new OptionsBuilder()
                .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
                .jvmArgsAppend(quiet())
                .forks(size.pick(1, 0)) // A new JVM takes longer than all that the short form measures in it.
                .warmupIterations(size.pick(3, 1))
                .warmupTime(TimeValue.milliseconds(size.pick(300, 10)))
                .measurementIterations(size.pick(4, 1))
                .measurementTime(TimeValue.milliseconds(size.pick(300, 10)))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    /** Newer JDKs warn, in every fork, of what JMH itself does. */
    private static String[] quiet() {
        return Runtime.version().feature() < 24
                ? new String[0]
                : new String[] {"--sun-misc-unsafe-memory-access=allow"};
    }

    private static String candidate(RunResult result) {
        String name = result.getParams().getBenchmark();
        StringBuilder candidate = new StringBuilder(name.substring(name.lastIndexOf('.') + 1));
        for (String key : result.getParams().getParamsKeys()) {
            candidate.append(' ').append(result.getParams().getParam(key));
        }
        return candidate.toString();
    }
}
