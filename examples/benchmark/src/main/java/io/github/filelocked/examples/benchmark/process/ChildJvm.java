package io.github.filelocked.examples.benchmark.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of our own that runs one class. Closing it ends it, whatever it does. */
public final class ChildJvm implements AutoCloseable {

    private final String name;
    private final Process process;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    public static ChildJvm start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Many JVMs on few cores: the compiler's and the collector's threads would be measured along.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", // Lucene's; newer JDKs warn of it otherwise.
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-classpath",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ChildJvm(
                main.getSimpleName(),
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }

    /** Runs a class from start to end, and returns what it prints; it has to be little. */
    public static List<String> run(Class<?> main, List<String> arguments, Duration limit)
            throws IOException, InterruptedException {
        try (ChildJvm child = start(main, arguments)) {
            child.awaitSuccess(System.nanoTime() + limit.toNanos());
            return child.process.inputReader().lines().toList();
        }
    }

    /** A child that hangs is a failure, like one that fails. */
    public void awaitSuccess(long deadlineNanos) throws InterruptedException {
        if (!process.waitFor(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException(name + " hangs");
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(name + " failed with exit code " + process.exitValue());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
