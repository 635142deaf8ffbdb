package io.github.filelocked.examples.batchjob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BatchJobTest {

    @TempDir
    Path directory;

    @Test
    void losesNothingUnderTheAnnotation() throws Exception {
        Path counter = directory.resolve("counter.txt");

        Outcome outcome = batchJob("--workers=3", "--rounds=50", "--file=" + counter);

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.lines())
                .contains("@FileLocked  150 of 150")
                .anyMatch(line -> line.matches(" *mode +expected +counted +lost +seconds +longest wait"))
                .anyMatch(line -> line.matches(" *no lock +150 +\\d+ +\\d+ +\\d+\\.\\d\\d +\\d+\\.\\d ms"))
                .anyMatch(line -> line.matches(" *@FileLocked +150 +150 +0 +\\d+\\.\\d\\d +\\d+\\.\\d ms"))
                .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("counter.txt", "counter.txt.lock");
    }

    @Test
    void leavesAFileAloneThatHoldsNoNumber() throws Exception {
        Path letter = Files.writeString(directory.resolve("letter.txt"), "Dear reader");

        Outcome outcome = batchJob("--file=" + letter);

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.lines()).anyMatch(line -> line.contains("is left alone"));
        assertThat(letter).hasContent("Dear reader");
    }

    @Test
    void explainsItselfWhenCalledWrongly() throws Exception {
        Outcome outcome = batchJob("--workers=none");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.lines()).anyMatch(line -> line.startsWith("Usage: batch-job"));
    }

    private record Outcome(int exitCode, List<String> lines) {}

    /**
     * Runs it as its users do, as a program; what it prints goes to a file, so that there is nothing to read in time.
     */
    private static Outcome batchJob(String... options) throws IOException, InterruptedException {
        Path output = Files.createTempFile("batch-job", ".out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.console=java.base",
                "-Duser.language=en",
                "-classpath",
                System.getProperty("java.class.path"),
                BatchJob.class.getName()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).isTrue();
            return new Outcome(process.exitValue(), Files.readAllLines(output));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
