package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.aspectj.Ajc;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.fixture.Javac;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.Configuration;

/**
 * The method that Kotlin makes of {@code suspend fun}: it that returns at its first suspension, long before its end.
 */
@Timeout(60)
class SuspendingFunctionTest {

    private static final String CONTINUATION = """
            package kotlin.coroutines;
            public interface Continuation<T> {
                void resumeWith(Object result);
            }
            """;

    private static final String JOB = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import kotlin.coroutines.Continuation;
            public class Job implements Runnable {
                public static boolean ran;

                @FileLocked("#{#file}")
                public Object rewrite(String file, Continuation<? super String> completion) {
                    ran = true;
                    return "COROUTINE_SUSPENDED";
                }

                @Override
                public void run() {
                    rewrite("%s", null);
                }
            }
            """;

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Proxied {}

    @Configuration
    @EnableFileLocking(mode = AdviceMode.ASPECTJ)
    static class Woven {}

    @AfterEach
    void forgetTheContext() {
        FileLockedAspect.aspectOf().use(FileLocks.create());
    }

    /** If it were not refused, it would lock a file that is gone after the test. */
    private String job() {
        return JOB.formatted(directory.resolve("any"));
    }

    private void assertRefusedAtTheStart(Path classes, Class<?> configuration) throws Exception {
        try (URLClassLoader loader = Javac.load(classes);
                var context = Contexts.prepared(directory, configuration, loader.loadClass("fixture.Job"))) {
            context.setClassLoader(loader);
            Contexts.assertThatRefused(context::refresh)
                    .hasMessageContainingAll("bean 'job'", "fixture.Job.rewrite", "suspending function");
        }
    }

    @Test
    void isRefusedAtTheStartBehindAProxy() throws Exception {
        Path classes = directory.resolve("classes");
        Javac.compile(classes, List.of("-g", "-parameters"), CONTINUATION, job());
        assertRefusedAtTheStart(classes, Proxied.class);
    }

    @Test
    void isRefusedAtTheStartIfItIsWoven() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), CONTINUATION, job()))
                .isEmpty();
        assertRefusedAtTheStart(classes, Woven.class);
    }

    @Test
    void isRefusedAtItsFirstCallIfItIsWovenAndNoBean() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), CONTINUATION, job()))
                .isEmpty();
        try (URLClassLoader loader = Javac.load(classes)) {
            Class<?> type = loader.loadClass("fixture.Job");
            Runnable job = (Runnable) type.getDeclaredConstructor().newInstance();
            Contexts.assertThatRefused(job::run).hasMessageContaining("suspending function");
            assertThat(type.getField("ran").getBoolean(null)).isFalse();
        }
    }
}
