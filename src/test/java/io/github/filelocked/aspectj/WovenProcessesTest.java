package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.fixture.Javac;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aspectj.lang.JoinPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one file. A lost update is what shows that two were in the body at the same time. */
@Tag("process")
@Timeout(120)
class WovenProcessesTest {

    private static final int PROCESSES = 4;
    private static final int ROUNDS = 50;

    /** Told to go on by a line on its input, so that all begin together, however long each took to start. */
    private static final String WORKER = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import io.github.filelocked.LockedPath;
            import java.nio.file.Files;
            import java.nio.file.Path;
            public class Worker {
                public static void main(String[] args) throws Exception {
                    System.out.println("ready");
                    System.in.read();
                    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                        increment(Path.of(args[0]));
                    }
                }

                @FileLocked("#{#file}")
                private static void increment(Path file) throws Exception {
                    Path counter = LockedPath.current();
                    int count = Integer.parseInt(Files.readString(counter));
                    Thread.yield();
                    Files.writeString(counter, String.valueOf(count + 1));
                }
            }
            """;

    @TempDir
    Path directory;

    @Test
    void fourProcessesOfAWovenIncrementLoseNothing() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, WORKER)).isEmpty();
        Path counter = Files.writeString(directory.resolve("counter.txt"), "0");
        List<Process> workers = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                workers.add(start(classes, counter));
            }
            for (Process worker : workers) {
                assertThat(worker.inputReader().readLine()).isEqualTo("ready");
            }
            for (Process worker : workers) {
                worker.outputWriter().append("go\n").flush();
            }
            for (Process worker : workers) {
                assertThat(worker.waitFor(90, TimeUnit.SECONDS)).as("ended").isTrue();
                assertThat(worker.exitValue()).isZero();
            }
        } finally {
            workers.forEach(Process::destroyForcibly);
        }
        assertThat(counter).hasContent(String.valueOf(PROCESSES * ROUNDS));
    }

    private static Process start(Path classes, Path counter) throws Exception {
        String classPath = Stream.concat(
                        Stream.of(classes),
                        Stream.of(FileLocked.class, JoinPoint.class, Nullable.class)
                                .map(Javac::codeOf))
                .distinct()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        "fixture.Worker",
                        counter.toString(),
                        String.valueOf(ROUNDS))
                .redirectError(Redirect.INHERIT)
                .start();
    }
}
