package io.github.filelocked.spring;

import static io.github.filelocked.spring.Contexts.assertThatRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Lazy;

/** A locked bean in a context below the one that enables locking. */
@Timeout(60)
class ContextHierarchyTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    @Configuration
    @EnableAspectJAutoProxy(proxyTargetClass = true)
    static class OwnProxies {}

    static class Job {
        @FileLocked("${dir}/x")
        public Path run() {
            return LockedPath.current();
        }
    }

    static class FinalJob implements Runnable {
        @Override
        @FileLocked("${dir}/x")
        public final void run() {
            throw new AssertionError("unlocked");
        }
    }

    @Configuration
    static class LazyFinalJob {
        @Bean
        @Lazy
        Runnable job() {
            return new FinalJob();
        }
    }

    private AnnotationConfigApplicationContext below(
            AnnotationConfigApplicationContext root, Class<?>... configuration) {
        AnnotationConfigApplicationContext child = Contexts.prepared(directory, configuration);
        child.setParent(root);
        return child;
    }

    @Nested
    class ThatDoesNotEnableIt {

        @Test
        void isRejectedIfNothingProxiesIt() {
            try (var root = Contexts.started(directory, Enabled.class);
                    var child = below(root, Job.class)) {
                assertThatRefused(child::refresh).hasMessageContainingAll("Job.run", "not proxied");
            }
        }

        @Test
        void isLockedAndCheckedIfTheChildMakesProxies() {
            try (var root = Contexts.started(directory, Enabled.class)) {
                try (var child = below(root, OwnProxies.class, Job.class)) {
                    child.refresh();
                    assertThat(child.getBean(Job.class).run()).isEqualTo(directory.resolve("x"));
                }
                try (var child = below(root, OwnProxies.class, FinalJob.class)) {
                    assertThatRefused(child::refresh).hasMessageContaining("a final method");
                }
                try (var child = below(root, OwnProxies.class, LazyFinalJob.class)) {
                    child.refresh();
                    assertThatRefused(() -> child.getBean(Runnable.class)).hasMessageContaining("a final method");
                }
            }
        }
    }

    @Test
    void isLockedAndCheckedIfBothEnableIt() {
        try (var root = Contexts.started(directory, Enabled.class)) {
            try (var child = below(root, Enabled.class, Job.class)) {
                child.refresh();
                assertThat(child.getBean(Job.class).run()).isEqualTo(directory.resolve("x"));
            }
            try (var child = below(root, Enabled.class, LazyFinalJob.class)) {
                child.refresh();
                assertThatRefused(() -> child.getBean(Runnable.class)).hasMessageContaining("a final method");
            }
        }
    }
}
