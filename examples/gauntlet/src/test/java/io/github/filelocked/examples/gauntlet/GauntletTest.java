package io.github.filelocked.examples.gauntlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few scenes with a few contenders: ours never lets two in, and the scenes are such that others do. */
@Timeout(180)
class GauntletTest {

    @TempDir
    private static Path directory;

    private static List<String> printed;

    @BeforeAll
    static void runAsAProgram() throws Exception {
        Path output = directory.resolve("printed.txt");
        Files.copy(Path.of("../../src/site/markdown/gauntlet.md"), directory.resolve("other.md"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.console=java.base",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Gauntlet.class.getName(),
                        "--contenders=filelocked,filelocked_verified,try_lock,no_lock",
                        "--scenes=processes,threads,refused,deleted,limit",
                        "--page=" + directory.resolve("page.md"),
                        "--insert-into=" + directory.resolve("other.md"))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(170, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        printed = Files.readAllLines(output);
    }

    @Test
    void oursLosesNothingInACrowd() {
        assertThat(printed)
                .filteredOn(line -> line.matches(
                        "  filelocked(, verified)? +holds +0 of [\\d,]+ updates lost, 0 times inside together"))
                .hasSize(4);
    }

    @Test
    void theRefereeSeesLostUpdatesAndOverlapsWhereThereIsNoLock() {
        assertThat(printed)
                .filteredOn(line -> line.matches("  no lock at all +loses +[1-9][\\d,]* of [\\d,]+ updates lost,"
                        + " [1-9][\\d,]* times inside together"))
                .hasSize(2);
    }

    @Test
    void aRefusedThreadDropsALockOfTheNaiveKindAlone() {
        assertThat(printed)
                .anyMatch(line -> line.matches(
                        "  FileChannel.tryLock +loses +the second thread: gives up; then another process is let in"))
                .anyMatch(line -> line.matches("  filelocked +holds +the second thread: LockNotAcquiredException"));
    }

    @Test
    void oursTellsOfADeletedLockFile() {
        assertThat(printed)
                .anyMatch(line -> line.matches("  filelocked, verified +reports .+ throws LockLostException"))
                .anyMatch(line -> line.matches("  filelocked +reports .+ throws LockLostException"));
    }

    @Test
    void showsATableForEachAct() {
        assertThat(printed)
                .containsSubsequence(
                        "  In use: is one alone?   processes  threads    refused",
                        "  In trouble: what then?  deleted    limit")
                .anyMatch(line -> line.matches("  filelocked +holds +holds +holds"))
                .anyMatch(line -> line.matches("  filelocked +reports +\\+[\\d.]+ m?s"))
                .anyMatch(line -> line.matches("  no lock at all +loses +loses +loses"));
    }

    @Test
    void writesThePageAndTheTablesOfOthersWithVersionsOfTheJars() throws Exception {
        assertThat(List.of("page.md", "other.md"))
                .allSatisfy(page -> assertThat(Files.readAllLines(directory.resolve(page)))
                        .contains("| In use: is one alone? | processes | threads | refused |")
                        .anyMatch(line ->
                                line.matches("\\| filelocked \\d+\\.\\d+\\.\\S+ \\| holds \\| holds \\| holds \\|"))
                        .contains("| no lock at all | **loses** | **loses** | **loses** |"));
    }
}
