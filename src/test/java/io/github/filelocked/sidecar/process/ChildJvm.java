package io.github.filelocked.sidecar.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that runs a main class of the test class path, and ends with the {@code try} that started it.
 *
 * <p>Test and child talk in lines: {@link #send} goes to the child's standard input, and what it says with
 * {@link Lines#say} is received by topic. Every wait is bounded. A child that is silent for too long is a failure, with
 * all that it has printed and where its threads stand in the message.
 */
public final class ChildJvm implements AutoCloseable {

    /** The limit of any one wait; long enough for a machine under load, since only failures use it up. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final Writer input;
    private final Thread reader;
    private final List<String> transcript = new ArrayList<>();
    private final Map<String, Deque<List<String>>> inbox = new HashMap<>();
    private boolean silent;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(UTF_8);
        this.reader = new Thread(this::readAll, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a main class with arguments, and nothing else out of the ordinary. */
    public static ChildJvm start(Class<?> main, String... args) {
        return of(main).args(args).start();
    }

    /** Begins the description of a child. */
    public static Launch of(Class<?> main) {
        return new Launch(main);
    }

    /** The command of a child JVM. */
    public static final class Launch {

        private final Class<?> main;
        // They make a JVM start in a fraction of a second, and a machine bear many of them.
        private final List<String> options = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8"));
        private final List<String> args = new ArrayList<>();
        private Path directory = Path.of("").toAbsolutePath();

        private Launch(Class<?> main) {
            this.main = main;
        }

        /** Adds options of the JVM. */
        public Launch options(String... more) {
            options.addAll(Arrays.asList(more));
            return this;
        }

        /** Adds arguments of the main class. */
        public Launch args(String... more) {
            args.addAll(Arrays.asList(more));
            return this;
        }

        /** In which directory the child runs, and from which it resolves relative paths. */
        public Launch directory(Path workingDirectory) {
            this.directory = workingDirectory;
            return this;
        }

        /** Starts it. */
        public ChildJvm start() {
            List<String> command = new ArrayList<>();
            command.add(java());
            command.addAll(options);
            command.add("-cp");
            command.add(classPath());
            command.add(main.getName());
            command.addAll(args);
            return run(main.getSimpleName() + " " + args, new ProcessBuilder(command).directory(directory.toFile()));
        }
    }

    /** Starts something else than a JVM, which talks in the same way. */
    public static ChildJvm startProgram(String... command) {
        return run(command[0], new ProcessBuilder(command));
    }

    private static ChildJvm run(String what, ProcessBuilder builder) {
        try {
            Process process = builder.redirectErrorStream(true).start();
            return new ChildJvm(what + " (pid " + process.pid() + ")", process);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The {@code java} of this JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The class path of this JVM, every entry absolute, since a child may run in another directory. */
    public static String classPath() {
        return String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    public long pid() {
        return process.pid();
    }

    public Process process() {
        return process;
    }

    /** Says one line to the child. */
    public void send(String... fields) {
        try {
            input.write(Lines.join(Arrays.asList(fields)) + "\n");
            input.flush();
        } catch (IOException gone) {
            throw failure("it cannot be told " + Arrays.toString(fields) + ": " + gone);
        }
    }

    /** The next thing that the child says under a topic. */
    public List<String> receive(String topic) {
        return receive(topic, PATIENCE);
    }

    /** The next thing that the child says under a topic, within a time. */
    public synchronized List<String> receive(String topic, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!hasSaid(topic)) {
            long left = end - System.nanoTime();
            if (silent) {
                throw failure("it ended before it said anything about \"" + topic + "\"");
            }
            if (left <= 0) {
                throw failure("it said nothing about \"" + topic + "\" within " + patience);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException timeoutOfTheTest) {
                Thread.currentThread().interrupt();
                throw failure("the test was interrupted while it waited for \"" + topic + "\"");
            }
        }
        return inbox.get(topic).removeFirst();
    }

    /** Returns whether {@link #receive} would answer at once. */
    public synchronized boolean hasSaid(String topic) {
        return !inbox.getOrDefault(topic, new ArrayDeque<>()).isEmpty();
    }

    /** Kills the child, as {@code kill -9} does, and waits for its end. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits for the child to end by itself. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw failure("it did not end within " + PATIENCE);
            }
            return process.exitValue();
        } catch (InterruptedException timeoutOfTheTest) {
            Thread.currentThread().interrupt();
            throw failure("the test was interrupted while it waited for its end");
        }
    }

    /** A failure of the test that shows what the child has printed and, if it lives, what its threads do. */
    public AssertionError failure(String problem) {
        String threads = process.isAlive() ? "\n--- its threads ---\n" + threadDump() : " (it has ended)";
        synchronized (this) {
            return new AssertionError(
                    name + ": " + problem + "\n--- it said ---\n" + String.join("\n", transcript) + threads);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> grandchildren = process.descendants().toList();
        process.destroyForcibly();
        grandchildren.forEach(ProcessHandle::destroyForcibly);
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private void readAll() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                file(line);
            }
        } catch (IOException closedByTheEnd) {
            file("(" + closedByTheEnd + ")");
        } finally {
            synchronized (this) {
                silent = true;
                notifyAll();
            }
        }
    }

    private synchronized void file(String line) {
        transcript.add(line);
        if (line.startsWith("@")) {
            List<String> fields = Lines.split(line.substring(1));
            inbox.computeIfAbsent(fields.get(0), topic -> new ArrayDeque<>()).add(fields.subList(1, fields.size()));
            notifyAll();
        }
    }

    private String threadDump() {
        Path dump = null;
        try {
            dump = Files.createTempFile("threads", ".txt");
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            String.valueOf(pid()),
                            "Thread.print")
                    .redirectErrorStream(true)
                    .redirectOutput(dump.toFile())
                    .start();
            boolean ended = jcmd.waitFor(10, TimeUnit.SECONDS);
            jcmd.destroyForcibly();
            return ended ? Files.readString(dump) : "jcmd hangs as well";
        } catch (IOException noSuchTool) {
            return noSuchTool.toString();
        } catch (InterruptedException timeoutOfTheTest) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } finally {
            if (dump != null) {
                dump.toFile().delete();
            }
        }
    }
}
