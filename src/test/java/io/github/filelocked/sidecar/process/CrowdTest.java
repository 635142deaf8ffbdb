package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many threads of several processes for one file. The oracles are a counter that loses updates when holders
 * overlap, and a mark that a holder sets and finds set already. {@code -Dfilelocked.stress=long} makes it 200 threads
 * for a minute.
 */
@Tag("process")
class CrowdTest {

    private static final int PROCESSES = 4;
    private static final int THREADS = Stress.isLong() ? 200 : 25;
    private static final Duration LENGTH = Stress.isLong() ? Duration.ofMinutes(1) : Duration.ofSeconds(2);

    /**
     * The files that a process has open at a time besides: the sidecar, the counter or its draft, and the list of what
     * is open.
     */
    private static final int IN_USE = 4;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void losesNothingStarvesNoProcessAndGrowsNowhere(@TempDir Path dir) throws IOException {
        Path file = Counter.create(dir.toRealPath().resolve("counter"));
        List<ChildJvm> children = new ArrayList<>();
        List<Integer> shares = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                children.add(ChildJvm.start(
                        CrowdMain.class, file.toString(), String.valueOf(THREADS), String.valueOf(LENGTH.toMillis())));
            }
            children.forEach(child -> child.receive("ready"));
            children.forEach(child -> child.send("go"));
            for (ChildJvm child : children) {
                shares.add(Integer.parseInt(
                        child.receive("share", LENGTH.plus(ChildJvm.PATIENCE)).get(0)));
                System.out.printf(
                        "A process of the crowd had the lock %,d times, its threads between %s times.%n",
                        shares.get(shares.size() - 1), String.join(" and ", child.receive("least and most")));
                assertGrowsNowhere(child);
            }
        } finally {
            children.forEach(ChildJvm::close);
        }
        int sum = shares.stream().mapToInt(Integer::intValue).sum();
        assertThat(Counter.read(file)).isEqualTo(sum);
        assertThat(shares)
                .as("shares of %s", sum)
                .allSatisfy(share -> assertThat(share).isGreaterThan(sum / PROCESSES / 10));
    }

    private static void assertGrowsNowhere(ChildJvm child) {
        List<String> descriptors = child.receive("descriptors");
        int before = Integer.parseInt(descriptors.get(0));
        assertThat(Integer.parseInt(descriptors.get(1))).as("most descriptors").isLessThanOrEqualTo(before + IN_USE);
        assertThat(Integer.parseInt(descriptors.get(2))).as("descriptors left").isLessThanOrEqualTo(before);
        List<String> threads = child.receive("threads");
        assertThat(Integer.parseInt(threads.get(1)))
                .as("threads left, of " + threads)
                .isLessThanOrEqualTo(Integer.parseInt(threads.get(0)));
        assertThat(child.receive("tables")).as("claims and inodes").containsExactly("{}", "{}");
    }
}
