package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@DisplayName("I7: an acquisition that runs out of memory leaves no lock held")
@Timeout(120)
class ScarceMemoryTest {

    private static final int FILES = 120;
    private static final int ROUNDS = 20;

    @TempDir
    Path dir;

    @Test
    void noFailureLeavesALockHeld() {
        long seed = System.nanoTime();
        System.out.println("ScarceMemoryTest: seed " + seed);
        try (ChildJvm child = ChildJvm.of(ScarceMemoryMain.class)
                .options("-Xmx8m")
                .args(dir.toString(), String.valueOf(FILES), String.valueOf(ROUNDS), String.valueOf(seed))
                .start()) {
            for (int round = 0; round < ROUNDS; round++) {
                child.receive("round");
            }
            List<String> answer = child.receive("failures");
            FileLocks locks = FileLocks.create();
            List<Path> busy = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                Path file = dir.resolve("f" + i);
                locks.tryAcquire(file).ifPresentOrElse(HeldLock::close, () -> busy.add(file));
            }
            assertThat(busy).as("held by the child, seed " + seed).isEmpty();
            assertThat(Integer.parseInt(answer.get(0))).as("failed rounds").isGreaterThan(ROUNDS / 5);
            assertThat(answer.get(1))
                    .as("rounds that left something in a table")
                    .isEqualTo("0");
        }
    }
}
