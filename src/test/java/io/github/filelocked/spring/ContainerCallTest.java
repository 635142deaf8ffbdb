package io.github.filelocked.spring;

import static io.github.filelocked.spring.Contexts.assertThatRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** Annotated methods that the container itself calls. */
@Timeout(60)
class ContainerCallTest {

    /** The bodies that ran, locked or not. */
    private static final List<Boolean> RUNS = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    @BeforeEach
    @AfterEach
    void forgetRuns() {
        RUNS.clear();
    }

    private static void run() {
        RUNS.add(LockedPath.find().isPresent());
    }

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    static class Constructed {
        @PostConstruct
        @FileLocked("${dir}/x")
        public void warm() {
            run();
        }
    }

    static class Base {
        @PostConstruct
        public void warm() {
            run();
        }
    }

    /** Spring calls the method that the superclass declares. */
    static class ConstructedByItsBase extends Base {
        @Override
        @FileLocked("${dir}/x")
        public void warm() {
            run();
        }
    }

    static class Destroyed {
        @PreDestroy
        @FileLocked("${dir}/x")
        public void flush() {
            run();
        }
    }

    static class Initializing implements InitializingBean {
        @Override
        @FileLocked("${dir}/x")
        public void afterPropertiesSet() {
            run();
        }
    }

    @FileLocked("${dir}/x")
    static class InitializingOfALockedClass implements InitializingBean {
        @Override
        public void afterPropertiesSet() {
            run();
        }
    }

    static class Disposable implements DisposableBean {
        @Override
        @FileLocked("${dir}/x")
        public void destroy() {
            run();
        }
    }

    static class Closeable implements AutoCloseable {
        @Override
        @FileLocked("${dir}/x")
        public void close() {
            run();
        }
    }

    static class Injected {
        @Autowired
        @FileLocked("${dir}/x")
        public void setEnvironment(Environment environment) {
            run();
        }
    }

    static class Aware implements BeanNameAware {
        @Override
        @FileLocked("${dir}/x")
        public void setBeanName(String name) {
            run();
        }
    }

    @ConfigurationProperties("some")
    static class Settings {
        @FileLocked("${dir}/x")
        public void setSize(int size) {
            run();
        }
    }

    abstract static class Lifecycle implements SmartLifecycle {
        private boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    /** Spring calls stop(Runnable), which calls stop() on the object itself. */
    static class Stopped extends Lifecycle {
        @Override
        @FileLocked("${dir}/x")
        public void stop() {
            run();
        }
    }

    static class Named {
        @FileLocked("${dir}/x")
        public void warm() {
            run();
        }

        @FileLocked("${dir}/x")
        public void shutdown() {
            run();
        }
    }

    @Configuration
    static class WithInitMethod {
        @Bean(initMethod = "warm", destroyMethod = "")
        Named named() {
            return new Named();
        }
    }

    @Configuration
    static class WithInferredDestroyMethod {
        @Bean
        Named named() {
            return new Named();
        }
    }

    @Nested
    class PastTheProxy {

        @ParameterizedTest
        @ValueSource(
                classes = {
                    Constructed.class,
                    ConstructedByItsBase.class,
                    Destroyed.class,
                    Initializing.class,
                    InitializingOfALockedClass.class,
                    Disposable.class,
                    Closeable.class,
                    Injected.class,
                    Aware.class,
                    Settings.class,
                    Stopped.class,
                    WithInitMethod.class,
                    WithInferredDestroyMethod.class
                })
        void failTheStartBeforeTheyRun(Class<?> bean) {
            assertThatRefused(() -> Contexts.started(directory, Enabled.class, bean))
                    .hasMessageContainingAll("bean '", "past the proxy, so it would run unlocked", "move the work to");
            assertThat(RUNS).isEmpty();
        }

        @Test
        void failTheStartForASetterThatADefinitionNames() {
            RootBeanDefinition definition = new RootBeanDefinition(Settable.class);
            definition.getPropertyValues().add("size", 3);
            try (var context = Contexts.prepared(directory, Enabled.class)) {
                context.registerBeanDefinition("settable", definition);
                assertThatRefused(context::refresh)
                        .hasMessageContainingAll("'settable'", "Settable.setSize", "to inject");
            }
            assertThat(RUNS).isEmpty();
        }
    }

    static class Settable {
        @FileLocked("${dir}/x")
        public void setSize(int size) {
            run();
        }
    }

    static class Singletons implements SmartInitializingSingleton {
        @Override
        @FileLocked("${dir}/x")
        public void afterSingletonsInstantiated() {
            run();
        }
    }

    static class Started extends Lifecycle {
        @Override
        @FileLocked("${dir}/x")
        public void start() {
            super.start();
            run();
        }

        @Override
        public void stop() {}
    }

    static class Listening {
        @EventListener
        @FileLocked("${dir}/x")
        public void on(ContextRefreshedEvent refreshed) {
            run();
        }
    }

    @Configuration
    static class PrototypeThatItsUserCloses {
        @Bean
        @Scope(BeanDefinition.SCOPE_PROTOTYPE)
        Closeable closeable() {
            return new Closeable();
        }
    }

    @Nested
    class ThroughTheProxy {

        @ParameterizedTest
        @ValueSource(classes = {Singletons.class, Started.class, Listening.class})
        void runLocked(Class<?> bean) {
            try (var context = Contexts.started(directory, Enabled.class, bean)) {
                assertThat(context.isActive()).isTrue();
            }
            assertThat(RUNS).containsExactly(true);
        }

        @Test
        void runLockedForAPrototypeWhichSpringDoesNotDestroy() {
            try (var context = Contexts.started(directory, Enabled.class, PrototypeThatItsUserCloses.class)) {
                context.getBean(Closeable.class).close();
            }
            assertThat(RUNS).containsExactly(true);
        }
    }
}
