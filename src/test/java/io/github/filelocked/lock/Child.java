package io.github.filelocked.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A child JVM that is told what to do line by line, and answers each line with one line. */
final class Child implements AutoCloseable {

    private final Process process;
    private final PrintWriter commands;
    private final BufferedReader answers;

    private Child(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = new PrintWriter(process.outputWriter(UTF_8), true);
        answers = process.inputReader(UTF_8);
    }

    /** Starts a class of this source tree, from its classes as they lie. */
    static Child start(Class<?> main, String... arguments) throws IOException {
        return new Child(command(List.of(), classPath(), main, arguments));
    }

    /** As {@link #start}, with a command before the JVM's own that sets its bounds. */
    static Child startUnder(List<String> prefix, Class<?> main, String... arguments) throws IOException {
        return new Child(command(prefix, classPath(), main, arguments));
    }

    /**
     * As {@link #start}, as a user to whom permissions apply. Root is above them, so a test that runs as root puts
     * another user in its place; that user may be unable to read the source tree, hence a copy of the classes.
     */
    static Child startUnprivileged(Path publicDirectory, Class<?> main, String... arguments) throws IOException {
        if (!isRoot()) {
            return start(main, arguments);
        }
        return startAs(publicDirectory, 65534, 65534, "022", main, arguments);
    }

    /** As {@link #start}, as another user, which takes root, or {@code sudo} that asks for no password. */
    static Child startAs(Path publicDirectory, int user, int group, String umask, Class<?> main, String... arguments)
            throws IOException {
        List<Path> copies = new ArrayList<>();
        for (Path classes : classPath()) {
            Path copy = publicDirectory.resolve("classes" + copies.size());
            if (!Files.exists(copy)) {
                copyPackage(classes, copy);
            }
            copies.add(copy);
        }
        List<String> prefix = new ArrayList<>(rootPrefix());
        prefix.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups", "--"));
        prefix.addAll(List.of("bash", "-c", "umask " + umask + "; exec \"$@\"", "bash"));
        return new Child(command(prefix, copies, main, arguments));
    }

    /** What to put before a command that only root may run; a test that cannot have it fails, and says what it lacks. */
    static List<String> rootPrefix() throws IOException {
        if (isRoot()) {
            return List.of();
        }
        List<String> sudo = List.of("sudo", "-n");
        try {
            run(sudo, "true");
        } catch (IOException | AssertionError denied) {
            throw new AssertionError(
                    "this test is one of several users, and may not become them: run the build as root (in a container), or"
                            + " where sudo asks for no password",
                    denied);
        }
        return sudo;
    }

    /** Runs a short command to its end, which must be a good one. */
    static void run(List<String> prefix, String... command) throws IOException {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).inheritIO().start();
        try {
            process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as("exit code of " + all).isZero();
    }

    static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** Sends a line and waits for the answer. */
    String ask(String line) throws Exception {
        commands.println(line);
        return answer();
    }

    String answer() throws Exception {
        String answer = CompletableFuture.supplyAsync(() -> {
                    try {
                        return answers.readLine();
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                })
                .get(30, TimeUnit.SECONDS);
        assertThat(answer).as("the child's answer").isNotNull();
        return answer;
    }

    @Override
    public void close() {
        commands.close();
        try {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(List<String> prefix, List<Path> classPath, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                String.join(
                        System.getProperty("path.separator"),
                        classPath.stream().map(Path::toString).toList()),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Where the engine and its tests lie; neither the engine nor a child's main class needs more. */
    private static List<Path> classPath() {
        return Stream.of(FileLocks.class, Child.class)
                .map(type -> {
                    try {
                        return Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
                    } catch (URISyntaxException impossible) {
                        throw new AssertionError(impossible);
                    }
                })
                .toList();
    }

    private static void copyPackage(Path classes, Path copy) throws IOException {
        Path directory = Path.of(Child.class.getPackageName().replace('.', '/'));
        Files.createDirectories(copy.resolve(directory));
        try (Stream<Path> files = Files.list(classes.resolve(directory))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(directory).resolve(file.getFileName()));
            }
        }
    }
}
