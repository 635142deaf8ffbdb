package io.github.filelocked.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The engine in a process of its own, for what is a property of a process: its user, its umask, its locale and its
 * bounds. It uses nothing but the JDK and the engine.
 */
final class Probe {

    private static final Deque<InputStream> FILLERS = new ArrayDeque<>();

    private static HeldLock held;

    private Probe() {}

    public static void main(String... arguments) throws Exception {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 3);
            answers.println(oneLine(
                    switch (words[0]) {
                        case "acquire" -> acquire(options(words[1]), Path.of(words[2]));
                        case "hold" -> hold(options(words[1]), Path.of(words[2]));
                        case "drop" -> drop();
                        case "exhaust" -> exhaust();
                        case "free" -> free();
                        case "descriptors" -> descriptors(words[2]);
                        default -> throw new IllegalArgumentException(line);
                    }));
        }
    }

    /** Options as {@code -}, {@code permissions=rw-rw----}, {@code directory=/locks} or {@code silent}. */
    private static FileLocks options(String options) {
        FileLocks.Builder builder = FileLocks.builder();
        String value = options.substring(options.indexOf('=') + 1);
        if (options.startsWith("permissions=")) {
            builder.sidecarPermissions(PosixFilePermissions.fromString(value));
        } else if (options.startsWith("directory=")) {
            builder.lockDirectory(Path.of(value));
        } else if (options.equals("silent")) {
            builder.ownerRecord(false);
        }
        return builder.build();
    }

    /** Answers "held" and the sidecar, or what was thrown; and then, what was left behind. */
    private static String acquire(FileLocks locks, Path file) {
        String answer;
        try (HeldLock lock = locks.acquire(file, Duration.ZERO)) {
            answer = "held " + lock.lockFile();
        } catch (RuntimeException | Error failure) {
            answer = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        }
        for (String table : new String[] {"claims", "inodes"}) {
            Object entries = System.getProperties().get("io.github.filelocked." + table + "/1");
            if (entries instanceof Map<?, ?> map && !map.isEmpty()) {
                answer += " LEFT BEHIND: " + map;
            }
        }
        return answer;
    }

    /** Holds until it is told to drop. */
    private static String hold(FileLocks locks, Path file) {
        held = locks.acquire(file, Duration.ZERO);
        return "held " + held.lockFile();
    }

    private static String drop() {
        held.close();
        return "dropped";
    }

    /** Opens files until the system says no. */
    private static String exhaust() {
        while (true) {
            try {
                FILLERS.push(new FileInputStream("/dev/null"));
            } catch (IOException full) {
                return "exhausted";
            }
        }
    }

    private static String free() throws IOException {
        if (FILLERS.isEmpty()) {
            return "none";
        }
        FILLERS.pop().close();
        return "freed";
    }

    private static String descriptors(String directory) throws IOException {
        int open = 0;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).startsWith(directory)) {
                    open++;
                }
            }
        }
        return open + " open";
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }
}
