package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.resilience4j.spring6.timelimiter.configure.TimeLimiterAspect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.core.Ordered;

/** Advice that stops waiting for the body, inside and outside the lock. */
@Timeout(60)
class TimeLimiterOrderTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking
    @EnableAspectJAutoProxy(proxyTargetClass = true)
    static class Enabled {}

    static class Job {
        @FileLocked("${dir}/x")
        public CompletableFuture<String> limited() {
            return CompletableFuture.completedFuture("done");
        }
    }

    private List<String> logOfStart(int order) {
        try (LogLines log = new LogLines();
                var context = Contexts.prepared(directory, Enabled.class, Job.class)) {
            context.registerBean(TimeLimiterAspect.class, order);
            context.refresh();
            assertThat(context.getBean(Job.class).limited()).isCompletedWithValue("done");
            return log.lines();
        }
    }

    @Test
    void isWarnedOfInsideTheLock() {
        assertThat(logOfStart(Ordered.LOWEST_PRECEDENCE))
                .singleElement()
                .asString()
                .startsWith("WARNING bean '")
                .contains("Job.limited: TimeLimiterAspect is inside the lock", "a lower order");
    }

    @Test
    void isRightOutsideTheLock() {
        assertThat(logOfStart(0)).isEmpty();
    }
}
