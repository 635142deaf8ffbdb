package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.sidecar.process.ChildJvm;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.ClassUtils;

/** A lock and each way to try again that the class path has: newer ones than this build is compiled with, too. */
@Timeout(60)
class RetryOrderTest {

    private static final String SOURCE = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import io.github.filelocked.spring.EnableFileLocking;
            import org.springframework.context.annotation.Configuration;
            @Configuration
            @EnableFileLocking(proxyTargetClass = true)
            @%s
            public class Retries {
                public static class Stubborn implements java.util.concurrent.Callable<Integer> {
                    private int attempts;

                    @Override
                    @%s
                    @FileLocked("${dir}/x")
                    public Integer call() {
                        if (++attempts < 3) {
                            throw new IllegalStateException("not yet");
                        }
                        return attempts;
                    }
                }
            }
            """;

    @TempDir
    Path directory;

    /** A way to switch it on, with three attempts. */
    private record Retry(String name, String enabled, String annotation) {

        boolean isPresent() {
            String type = enabled.substring(0, enabled.indexOf('('));
            return ClassUtils.isPresent(type, RetryOrderTest.class.getClassLoader());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Retry> retries() {
        String springRetry = "org.springframework.retry.annotation.EnableRetry";
        String threeTimes = "org.springframework.retry.annotation.Retryable(maxAttempts = 3)";
        String springSeven = "org.springframework.resilience.annotation.EnableResilientMethods";
        String twiceMore = "org.springframework.resilience.annotation.Retryable(maxRetries = 2, delay = 1)";
        return Stream.of(
                        new Retry(
                                "Spring Retry, further outside",
                                springRetry + "(order = " + outside() + ")",
                                threeTimes),
                        new Retry("Spring Framework 7, by default", springSeven + "()", twiceMore))
                .filter(Retry::isPresent);
    }

    /** As the README advises. */
    private static int outside() {
        return Integer.MAX_VALUE - 2_000;
    }

    @ParameterizedTest
    @MethodSource("retries")
    void eachAttemptAcquiresTheLockForItself(Retry retry) throws Exception {
        Path classes = directory.resolve("classes");
        Javac.compile(
                classes, List.of("-cp", ChildJvm.classPath()), SOURCE.formatted(retry.enabled(), retry.annotation()));
        AtomicInteger acquired = new AtomicInteger();
        try (URLClassLoader loader = Javac.load(classes);
                var context = Contexts.prepared(
                        directory, loader.loadClass("fixture.Retries"), loader.loadClass("fixture.Retries$Stubborn"))) {
            context.setClassLoader(loader);
            context.registerBean(
                    FileLocks.class,
                    () -> FileLocks.builder()
                            .listener(new LockListener() {
                                @Override
                                public void acquired(LockRequest request, Duration waited) {
                                    acquired.incrementAndGet();
                                }
                            })
                            .build());
            context.refresh();
            assertThat(context.getBean(Callable.class).call()).isEqualTo(3);
            assertThat(acquired).hasValue(3);
        }
    }
}
