package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.sidecar.process.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that nest the same two annotated methods, the one A in B and the other B in A. */
@Tag("process")
@Timeout(120)
class WovenLockOrderTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static final String WORKER = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import io.github.filelocked.lock.LockNotAcquiredException;
            import java.nio.file.Path;
            public class Worker {
                public static void main(String[] args) throws Exception {
                    try {
                        outer(Path.of(args[0]), Path.of(args[1]), args[2]);
                        System.out.println("@end\\twell");
                    } catch (LockNotAcquiredException busy) {
                        System.out.println("@end\\t" + busy.getMessage().replace("\\n", "\\\\n"));
                    }
                }

                @FileLocked("#{#file}")
                private static void outer(Path file, Path other, String timeout) throws Exception {
                    System.out.println("@outer");
                    System.in.read();
                    inner(other, timeout);
                }

                @FileLocked(value = "#{#file}", timeout = "#{#timeout}")
                private static void inner(Path file, String timeout) {}
            }
            """;

    private Path a;
    private Path b;
    private Path classes;

    @BeforeEach
    void weave(@TempDir Path temporary) throws IOException {
        Path directory = temporary.toRealPath();
        a = directory.resolve("a.txt");
        b = directory.resolve("b.txt");
        classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, WORKER)).isEmpty();
    }

    @Test
    void endWithATimeoutThatNamesBothFilesAndBothProcessesAndTheOtherOneGoesOn() {
        try (ChildJvm ab = start(a, b, Duration.ofMillis(500));
                ChildJvm ba = start(b, a, LONG)) {
            ab.receive("outer");
            ba.receive("outer");
            ba.send("go");
            ab.send("go");

            assertThat(ab.receive("end").get(0))
                    .startsWith(b + " is locked by another holder")
                    .contains("holder:    pid " + ba.pid(), "Worker.outer")
                    .contains("wanted by: pid " + ab.pid() + " for ", "Worker.inner")
                    .contains("this thread holds [" + a + "], for which the holder may wait");
            assertThat(ba.receive("end")).containsExactly("well");
        }
    }

    private ChildJvm start(Path first, Path second, Duration timeout) {
        return ChildJvm.startProgram(
                ChildJvm.java(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + File.pathSeparator + ChildJvm.classPath(),
                "fixture.Worker",
                first.toString(),
                second.toString(),
                timeout.toString());
    }
}
