package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.sidecar.process.EndingMain.Manner;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that ends by itself inside the body, without giving the lock back. */
@Tag("process")
@Timeout(60)
class EndingHolderTest {

    private static LockActor waiting;
    private static LockActor third;

    private Path dir;

    @BeforeAll
    static void startTheOthers() {
        waiting = LockActor.start();
        third = LockActor.start();
    }

    @AfterAll
    static void endTheOthers() {
        waiting.close();
        third.close();
    }

    @BeforeEach
    void resolveTheDirectory(@TempDir Path temporary) throws IOException {
        dir = temporary.toRealPath();
    }

    @ParameterizedTest
    @EnumSource
    void isFollowedByTheWaiterWhateverTheMannerOfItsEnd(Manner manner) {
        Path file = dir.resolve("file.txt");
        try (ChildJvm holder = ChildJvm.start(EndingMain.class, file.toString(), manner.name())) {
            holder.receive("inside");
            waiting.main().beginAcquire(file);
            waiting.main().awaitWaitingInTheKernel();
            holder.send("end");
            if (manner == Manner.SYSTEM_EXIT_WITH_A_HOOK) {
                assertThat(holder.receive("hook"))
                        .containsExactly(dir.resolve("hook.txt").toString());
                assertThat(holder.receive("busy")).containsExactly("main");
            }
            assertThat(holder.awaitEnd()).isEqualTo(manner == Manner.MAIN_THROWS ? 1 : 0);

            waiting.main().awaitAcquired();
            assertThat(third.main().tryAcquire(file)).isFalse();
            waiting.main().release(file);
        }
        assertThat(third.main().tryAcquire(dir.resolve("hook.txt")))
                .as("what the hook held is free")
                .isTrue();
    }
}
