package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modes, timeouts, interrupts, re-entrance, several resources and several copies of the library, mixed at random over
 * threads and processes. The oracles are the referee, counters that lose updates when holders overlap, and the JVM-wide
 * tables, which are empty when it is over. {@code -Dfilelocked.stress=long} makes it a matter of minutes.
 */
@Tag("process")
class StressTest {

    @TempDir
    Path dir;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nothingOverlapsNothingIsLostAndNothingIsLeftBehind() throws IOException {
        boolean isLong = Stress.isLong();
        int processes = isLong ? 6 : 3;
        int threads = isLong ? 8 : 5;
        Duration length = isLong ? Duration.ofMinutes(2) : Duration.ofSeconds(4);
        long seed = System.nanoTime();
        Path real = dir.toRealPath();
        Files.createDirectory(real.resolve("directory"));
        for (String resource : StressWorker.RESOURCES) {
            Counter.create(StressWorker.counterOf(real.resolve(resource)));
        }

        Map<String, Integer> sums = new HashMap<>();
        List<ChildJvm> children = new ArrayList<>();
        try (Referee referee = Referee.start()) {
            for (int i = 0; i < processes; i++) {
                children.add(ChildJvm.start(
                        StressMain.class,
                        String.valueOf(referee.port()),
                        String.valueOf(seed + 1000L * i),
                        String.valueOf(threads),
                        real.toString(),
                        String.valueOf(length.toMillis())));
            }
            children.forEach(child -> child.receive("ready"));
            children.forEach(child -> child.send("go"));
            for (ChildJvm child : children) {
                addSums(child, length.plus(ChildJvm.PATIENCE), sums);
                assertThat(child.receive("tables")).as("claims and inodes").containsExactly("{}", "{}");
            }
            assertThat(referee.fouls()).as("seed " + seed).isEmpty();
        } finally {
            children.forEach(ChildJvm::close);
        }
        for (String resource : StressWorker.RESOURCES) {
            assertThat(Counter.read(StressWorker.counterOf(real.resolve(resource))))
                    .as("the counter of %s, seed %s", resource, seed)
                    .isEqualTo(sums.getOrDefault(resource, 0))
                    .isPositive();
        }
        // It was not quiet only because nothing happened.
        assertThat(sums).containsKeys("acquired", "busy", "interrupted", "shared", "reentered");
    }

    private static void addSums(ChildJvm child, Duration patience, Map<String, Integer> sums) {
        List<String> sum = child.receive("sum", patience);
        while (!sum.get(0).isEmpty()) {
            sums.merge(sum.get(0), Integer.parseInt(sum.get(1)), Integer::sum);
            sum = child.receive("sum");
        }
    }
}
