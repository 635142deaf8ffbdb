package io.github.filelocked.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
@Timeout(90)
class VerifyTest {

    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(dir).isEmptyDirectory();
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(ProcessHandle::isAlive)
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains("filelocked.verify.")))
                .isEmpty();
    }

    @Test
    void saysThatLocksExcludeHere() throws IOException {
        assertThat(run(Plans.brief(), dir)).as(text()).isZero();

        assertThat(text())
                .contains("Verdict: excludes. No update was lost, and no two were inside at the same time.")
                .contains("the processes of one machine")
                .contains("file system                              "
                        + Files.getFileStore(dir).type())
                .contains("counter: lost updates                    0 of ")
                .contains("sweep: overlapping holds                 0 of ")
                .containsPattern("a killed holder's lock is free after +\\d+\\.\\d\\d ms")
                .containsPattern("a hand-over, median and 99th percentile +\\d+\\.\\d\\d ms, \\d+\\.\\d\\d ms")
                .doesNotContain("NO");
        assertThat(count("sweep: overlapping holds +0 of ([\\d,]+)")).isPositive();
    }

    @Nested
    class WhenLocksDoNotExclude {

        @Test
        void bothDetectorsAndEveryTrialSaySo() {
            assertThat(run(Plans.withWorker(BrokenWorkers.Unlocked.class), dir))
                    .as(text())
                    .isEqualTo(1);

            assertThat(text())
                    .contains("Verdict: does not exclude. Two processes had the exclusive lock at the same time; ")
                    .containsPattern("exclusive keeps exclusive out +NO")
                    .containsPattern("exclusive keeps shared out +NO")
                    .containsPattern("shared keeps exclusive out +NO")
                    .containsPattern("exclusive keeps a waiter out +NO");
            assertThat(count("counter: lost updates +([\\d,]+) of")).isPositive();
            assertThat(count("sweep: overlapping holds +([\\d,]+) of")).isPositive();
        }

        @Test
        void theCounterAloneSeesWritesThatDoNotArrive() {
            assertThat(run(Plans.withWorker(BrokenWorkers.Forgetful.class), dir))
                    .as(text())
                    .isEqualTo(1);

            assertThat(text())
                    .containsPattern("Verdict: does not exclude\\. [\\d,]+ of [\\d,]+ updates were lost\\.")
                    .contains("sweep: overlapping holds                 0 of ");
        }
    }

    @Nested
    class WhenItCannotTell {

        @Test
        void thereIsNoSuchDirectory() {
            assertThat(run(Plans.brief(), dir.resolve("missing"))).isEqualTo(2);

            assertThat(text()).contains("Verdict: cannot tell. There is no directory " + dir.resolve("missing") + ".");
        }

        @Test
        void theDirectoryIsAFile() throws IOException {
            Path file = Files.createFile(dir.resolve("file"));

            assertThat(run(Plans.brief(), file)).isEqualTo(2);

            assertThat(text()).contains("Verdict: cannot tell. There is no directory " + file + ".");
            Files.delete(file);
        }

        @Test
        void theDirectoryIsReadOnly() throws IOException {
            Path readOnly = Files.createDirectory(dir.resolve("read-only"));
            Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
            // For root no permission is missing, but here no one can make a directory.
            Path unwritable = Files.isWritable(readOnly) ? Path.of("/proc") : readOnly;

            assertThat(run(Plans.brief(), unwritable)).isEqualTo(2);

            assertThat(text()).contains("Verdict: cannot tell. No directory can be made in " + unwritable + ": ");
            Files.delete(readOnly);
        }

        @Test
        void aWorkerDoesNotStart() {
            assertThat(run(Plans.withNoSuchWorker(), dir)).isEqualTo(2);

            assertThat(text())
                    .containsPattern("Verdict: cannot tell\\. Process \\d+ ended with exit code 1, and said: .");
        }

        @Test
        void aWorkerDies() {
            assertThat(run(Plans.withWorker(BrokenWorkers.Dying.class), dir)).isEqualTo(2);

            assertThat(text()).containsPattern("cannot tell\\. .*rocess \\d+ ended with exit code 7, and said: I die");
        }

        @Test
        void aWorkerSaysNothing() {
            assertThat(run(Plans.impatient(BrokenWorkers.Mute.class, false), dir))
                    .isEqualTo(2);

            assertThat(text()).containsPattern("cannot tell\\. Process \\d+ did not answer within 0\\.4 s");
        }

        @Test
        void theLimitIsReached() {
            assertThat(run(Plans.limited(BrokenWorkers.Mute.class), dir)).isEqualTo(2);

            assertThat(text()).contains("Verdict: cannot tell. The start of 4 JVMs had not ended after 0.4 s.");
        }

        @Test
        void aLockHangs() {
            assertThat(run(Plans.impatient(BrokenWorkers.Stuck.class, true), dir))
                    .isEqualTo(2);

            assertThat(text()).contains("Verdict: cannot tell. The lock did not come within 0.4 s.");
        }

        @Test
        void aLockIsHeldForEver() {
            assertThat(run(Plans.impatient(BrokenWorkers.Busy.class, true), dir))
                    .isEqualTo(2);

            assertThat(text()).contains("Verdict: cannot tell. The lock did not come within 0.4 s.");
        }

        @Test
        void locksAreNotSupported() {
            assertThat(run(Plans.withWorker(BrokenWorkers.Refused.class), dir)).isEqualTo(2);

            assertThat(text()).containsPattern("cannot tell\\. Process \\d+ failed: .*No locks available");
        }

        @Test
        void thereWasTooLittleContention() {
            assertThat(run(Plans.withHandOvers(Integer.MAX_VALUE), dir)).isEqualTo(2);

            assertThat(text()).containsPattern("cannot tell\\. There were only [\\d,]+ contended hand-overs");
        }
    }

    @Nested
    class WhenUsedWrongly {

        @ParameterizedTest
        @ValueSource(strings = {"", "--fast", "-h", "a b", ". --fast"})
        void itSaysHowToUseIt(String args) {
            assertThat(Verify.run(Plans.brief(), stream(out), stream(err), args.split(" ", -1)))
                    .isEqualTo(64);

            assertThat(err.toString(UTF_8)).startsWith("Verify: ").contains("Usage: java -cp filelocked.jar ");
            assertThat(text()).isEmpty();
        }

        @Test
        void itAsksForTheDirectory() {
            assertThat(Verify.run(Plans.brief(), stream(out), stream(err))).isEqualTo(64);

            assertThat(err.toString(UTF_8)).startsWith("Verify: name the directory\n");
        }

        @Test
        void itHelps() {
            assertThat(Verify.run(Plans.brief(), stream(out), stream(err), "--help"))
                    .isZero();

            assertThat(text())
                    .startsWith("Usage: ")
                    .contains("Exit code: 0 excludes, 1 does not exclude, 2 cannot tell");
            assertThat(err.toString(UTF_8)).isEmpty();
        }
    }

    @Nested
    class InAProcessOfItsOwn {

        /** No AspectJ, no JSpecify: with what the jar holds, and a main class that makes it brief. */
        @Test
        void theJarAloneSuffices() throws Exception {
            Process process = start("brief");
            try {
                String said = new String(process.getInputStream().readAllBytes(), UTF_8);
                assertThat(said).contains("Verdict: excludes.");
                assertThat(process.waitFor()).as(said).isZero();
            } finally {
                process.destroyForcibly();
            }
        }

        @Test
        void aSignalEndsItWithAllThatItMade() throws Exception {
            Process process = start("endless");
            List<ProcessHandle> workers = List.of();
            try {
                String line = "";
                while (!line.contains("shared keeps exclusive out")) {
                    line = process.inputReader(UTF_8).readLine();
                }
                workers = process.descendants().toList();
                assertThat(workers).hasSize(4);

                process.toHandle().destroy(); // Which leaves its output to be read.

                assertThat(process.inputReader(UTF_8).lines().toList())
                        .noneMatch(said -> said.contains("Left behind") || said.contains("Exception"));
                assertThat(process.waitFor()).isEqualTo(128 + 15);
                assertThat(workers).noneMatch(ProcessHandle::isAlive);
                assertThat(dir).isEmptyDirectory();
            } finally {
                workers.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }

        private Process start(String plan) throws IOException {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classesOf(Verify.class) + System.getProperty("path.separator") + classesOf(ShortRun.class),
                            ShortRun.class.getName(),
                            plan,
                            dir.toString())
                    .redirectErrorStream(true)
                    .start();
        }

        private static Path classesOf(Class<?> type) {
            try {
                return Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI());
            } catch (URISyntaxException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private int run(Plan plan, Path directory) {
        return Verify.run(plan, stream(out), stream(err), directory.toString());
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, UTF_8);
    }

    private String text() {
        return out.toString(UTF_8);
    }

    private long count(String pattern) {
        var matcher = Pattern.compile(pattern).matcher(text());
        assertThat(matcher.find()).as(pattern + " in:\n" + text()).isTrue();
        return Long.parseLong(matcher.group(1).replace(",", ""));
    }
}
