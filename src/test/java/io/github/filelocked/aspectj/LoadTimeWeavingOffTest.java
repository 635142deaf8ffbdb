package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockRefusedException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The control of {@link LoadTimeWeavingTest}: the same classes without the agent. */
class LoadTimeWeavingOffTest {

    @ParameterizedTest
    @ValueSource(strings = {"publicMethod", "privateMethod", "staticMethod", "selfInvoked", "composedMethod"})
    void withoutTheAgentThePathIsUnknownAndTheMessageSaysWhy(String method, @TempDir Path directory) {
        assertThatExceptionOfType(LockNotHeldException.class)
                .isThrownBy(() -> LoadTimeWeavingTest.call(
                        new LoadTimeJobs(), method, directory.resolve("x"), (Callable<?>) LockedPath::current))
                .withMessageContaining("the class was not woven")
                .withMessageContaining("-javaagent:aspectjweaver.jar")
                .withMessageContaining("aop.xml");
    }

    @Test
    void theCheckSaysSoBeforeAnyCall() {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> FileLockedAspect.requireWoven(LoadTimeJobs.class))
                .withMessageStartingWith("not woven, so @FileLocked has no effect: ")
                .withMessageContaining("LoadTimeJobs.privateMethod");
    }
}
