package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockTarget;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
@DisplayName("I26: nothing of ours keeps a class loader alive once it is idle")
@Timeout(60)
class UnloadingTest {

    /**
     * Newer JDKs refer softly to classes that they have linked, and let them go after a minute or when memory is short.
     */
    private static final String FORGET_AT_ONCE = "-XX:SoftRefLRUPolicyMSPerMB=0";

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"blocking", "virtual", "asynchronous", "cancelled", "successful", "nested"})
    void theClassLoaderOfAnApplicationThatHasWaitedIsCollected(String wait) {
        Path file = dir.resolve("file.txt");
        LockTarget target = List.of("successful", "nested").contains(wait)
                ? LockTarget.file(file).shared()
                : LockTarget.file(file);
        try (HeldLock held = FileLocks.create().acquire(target);
                ChildJvm server = ChildJvm.of(UnloadingMain.class)
                        .options(FORGET_AT_ONCE)
                        .args(wait, file.toString())
                        .start()) {
            assertThat(server.receive("outcome")).isEqualTo(List.of("busy"));
            if (!server.receive("loader").equals(List.of("collected"))) {
                throw server.failure("the class loader is kept while " + held + " is held elsewhere");
            }
        }
    }
}
