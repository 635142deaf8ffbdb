package io.github.filelocked.examples.integrations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.resilience4j.bulkhead.annotation.Bulkhead;
import io.github.resilience4j.timelimiter.annotation.TimeLimiter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.AopTestUtils;

/** Advice of Resilience4j that runs the body on another thread, or stops waiting for it. */
@Timeout(120)
class ResilienceTest {

    private static final String[] BY_DEFAULT = {"resilience4j.timelimiter.instances.short.timeout-duration=50ms"};

    /** As the documentation says: below the order of the lock, so outside it. */
    private static final String[] OUTSIDE = {
        BY_DEFAULT[0],
        "resilience4j.timelimiter.time-limiter-aspect-order=0",
        "resilience4j.bulkhead.bulkhead-aspect-order=0"
    };

    @TempDir
    Path directory;

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    static class Limited {

        final CompletableFuture<String> work = new CompletableFuture<>();

        @TimeLimiter(name = "short")
        @FileLocked("${dir}/limited")
        public CompletableFuture<String> run() {
            return work;
        }
    }

    static class Pooled {
        @Bulkhead(name = "pool", type = Bulkhead.Type.THREADPOOL)
        @FileLocked("${dir}/pooled")
        public CompletableFuture<List<String>> run() {
            return CompletableFuture.completedFuture(List.of(
                    Thread.currentThread().getName(), LockedPath.current().toString()));
        }
    }

    static class Counted {
        @Bulkhead(name = "semaphore")
        @FileLocked("${dir}/counted")
        public Path run() {
            return LockedPath.current();
        }
    }

    private boolean isFree(String file) {
        Optional<?> lock = FileLocks.create()
                .tryAcquire(directory.resolve(file))
                .map(held -> {
                    held.close();
                    return held;
                });
        return lock.isPresent();
    }

    @Nested
    class ATimeLimiter {

        @Test
        void isWarnedOfInsideTheLockWhereItIsByDefault() {
            try (LogLines log = new LogLines();
                    var context = Contexts.boot(directory, BY_DEFAULT, Application.class, Limited.class)) {
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .startsWith("WARNING bean '")
                        .contains("Limited.run: TimeLimiterAspect is inside the lock", "a lower order");
                Limited limited = context.getBean(Limited.class);
                assertThatTimesOut(limited.run());
                assertThat(isFree("limited"))
                        .as("released while the work goes on")
                        .isTrue();
            }
        }

        @Test
        void outsideTheLockLeavesItHeldUntilTheWorkHasEnded() {
            try (LogLines log = new LogLines();
                    var context = Contexts.boot(directory, OUTSIDE, Application.class, Limited.class)) {
                assertThat(log.lines()).isEmpty();
                Limited limited = context.getBean(Limited.class);
                assertThatTimesOut(limited.run());
                assertThat(isFree("limited")).as("held while the work goes on").isFalse();
                AopTestUtils.<Limited>getTargetObject(limited).work.complete("done");
                assertThat(isFree("limited")).isTrue();
            }
        }

        private static void assertThatTimesOut(CompletableFuture<String> stage) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> stage.get(30, SECONDS))
                    .withCauseInstanceOf(TimeoutException.class);
        }
    }

    @Nested
    class ABulkheadOfThreads {

        @Test
        void isWarnedOfInsideTheLockWhereItIsByDefault() {
            try (LogLines log = new LogLines();
                    var context = Contexts.boot(directory, BY_DEFAULT, Application.class, Pooled.class)) {
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .contains("Pooled.run: BulkheadAspect is inside the lock", "a lower order");
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> context.getBean(Pooled.class).run().get(30, SECONDS))
                        .withCauseInstanceOf(LockNotHeldException.class);
            }
        }

        @Test
        void outsideTheLockHasItsThreadAcquireTheLock() throws Exception {
            try (LogLines log = new LogLines();
                    var context = Contexts.boot(directory, OUTSIDE, Application.class, Pooled.class)) {
                assertThat(log.lines()).isEmpty();
                List<String> found = context.getBean(Pooled.class).run().get(30, SECONDS);
                assertThat(found.get(0)).startsWith("bulkhead-pool");
                assertThat(found.get(1)).isEqualTo(directory.resolve("pooled").toString());
                assertThat(isFree("pooled")).isTrue();
            }
        }
    }

    @Test
    void aBulkheadThatOnlyCountsIsRightOnEitherSide() {
        try (LogLines log = new LogLines();
                var context = Contexts.boot(directory, BY_DEFAULT, Application.class, Counted.class)) {
            assertThat(context.getBean(Counted.class).run()).isEqualTo(directory.resolve("counted"));
            assertThat(log.lines()).isEmpty();
        }
    }
}
