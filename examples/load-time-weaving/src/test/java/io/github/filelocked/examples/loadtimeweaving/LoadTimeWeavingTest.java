package io.github.filelocked.examples.loadtimeweaving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Run with the agent, as the example is; without it the first {@code LockedPath.current()} would throw. */
@Timeout(60)
class LoadTimeWeavingTest {

    @Test
    void keepsTheSecondThreadOutUntilTheFirstHasLetGo(@TempDir Path directory) throws Exception {
        Path file = directory.toRealPath().resolve("settings.properties");

        assertThat(printedBy(file).lines())
                .containsSubsequence(
                        "main   thread holds " + file,
                        "second thread is kept out: " + file + " is locked by another holder",
                        "main   thread has let go",
                        "second thread holds " + file);
    }

    private static String printedBy(Path file) throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            LoadTimeWeaving.main(new String[] {file.toString()});
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
