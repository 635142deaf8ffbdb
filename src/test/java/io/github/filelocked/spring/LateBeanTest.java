package io.github.filelocked.spring;

import static io.github.filelocked.spring.Contexts.assertThatRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

/** Beans whose class is unknown at the start, or that are created after it. */
@Timeout(60)
class LateBeanTest {

    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    Path directory;

    @BeforeEach
    void forgetRuns() {
        RUNS.set(0);
    }

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    static class FinalJob implements Runnable {
        @Override
        @FileLocked("${dir}/x")
        public final void run() {
            RUNS.incrementAndGet();
        }
    }

    static class Job implements Supplier<Path> {
        @Override
        @FileLocked("${dir}/x")
        public Path get() {
            return LockedPath.current();
        }
    }

    @Configuration
    static class Prototype {
        @Bean
        @Scope("prototype")
        Runnable job() {
            return new FinalJob();
        }
    }

    @Configuration
    static class LazyOne {
        @Bean
        @Lazy
        Runnable job() {
            return new FinalJob();
        }
    }

    @Configuration
    static class ScopedProxy {
        @Bean
        @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
        Runnable job() {
            return new FinalJob();
        }
    }

    static class Factory<T> implements FactoryBean<T> {
        private final Supplier<T> product;

        Factory(Supplier<T> product) {
            this.product = product;
        }

        @Override
        public T getObject() {
            return product.get();
        }

        @Override
        public Class<?> getObjectType() {
            return null;
        }
    }

    @Configuration
    static class Product {
        @Bean
        Factory<Runnable> job() {
            return new Factory<>(FinalJob::new);
        }
    }

    @Configuration
    static class LockableProduct {
        @Bean
        Factory<Supplier<Path>> job() {
            return new Factory<>(Job::new);
        }
    }

    @Nested
    class OfAnUnlockableClass {

        @ParameterizedTest
        @ValueSource(classes = {Prototype.class, LazyOne.class, ScopedProxy.class, Product.class})
        void areRejectedAtTheirCreation(Class<?> configuration) {
            try (var context = Contexts.started(directory, Enabled.class, configuration)) {
                assertThatRefused(() -> ((Runnable) context.getBean("job")).run())
                        .hasMessageContainingAll("job'", "FinalJob.run", "a final method");
            }
            assertThat(RUNS).hasValue(0);
        }

        @Test
        void areRejectedIfAFactoryCreatesThemByClass() {
            try (var context = Contexts.started(directory, Enabled.class)) {
                assertThatRefused(() -> context.getAutowireCapableBeanFactory().createBean(FinalJob.class))
                        .hasMessageContaining("a final method");
            }
        }
    }

    /** It would be found at the end of the start, too late. */
    static class Eager implements InitializingBean {
        private final FinalJob job;

        Eager(FinalJob job) {
            this.job = job;
        }

        @Override
        public void afterPropertiesSet() {
            job.run();
        }
    }

    @Test
    void aCallDuringTheStartDoesNotRunTheBody() {
        assertThatRefused(() -> Contexts.started(directory, Enabled.class, Eager.class, FinalJob.class))
                .hasMessageContaining("a final method");
        assertThat(RUNS).hasValue(0);
    }

    static class One {
        @Autowired
        Two two;

        @FileLocked("${dir}/x")
        public Path path() {
            return LockedPath.current();
        }
    }

    static class Two {
        @Autowired
        One one;
    }

    @Nested
    class OfALockableClass {

        @Test
        void areLockedAsProductsOfAFactory() {
            try (var context = Contexts.started(directory, Enabled.class, LockableProduct.class)) {
                assertThat(((Supplier<?>) context.getBean("job")).get()).isEqualTo(directory.resolve("x"));
            }
        }

        @Test
        void areLockedInACircle() {
            try (var context = Contexts.prepared(directory, Enabled.class, One.class, Two.class)) {
                context.setAllowCircularReferences(true);
                context.refresh();
                assertThat(context.getBean(Two.class).one.path()).isEqualTo(directory.resolve("x"));
            }
        }
    }
}
