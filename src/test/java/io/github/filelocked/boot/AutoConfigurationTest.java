package io.github.filelocked.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.FileLocks;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.micrometer.LockMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

@Timeout(60)
class AutoConfigurationTest {

    @TempDir
    Path directory;

    private ApplicationContextRunner application;

    @BeforeEach
    void start() {
        application = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(FileLockedAutoConfiguration.class))
                .withPropertyValues("dir=" + directory);
    }

    /** Public, since its proxy may come from another class loader. */
    public static class Rewriter {
        @FileLocked("${dir}/config.yml")
        public Path rewrite() {
            return LockedPath.current();
        }
    }

    static class Onlooker {
        @FileLocked("${dir}/config.yml")
        public FileLocksEndpoint.Locks look(FileLocksEndpoint endpoint) {
            return endpoint.locks();
        }
    }

    static class Unlockable {
        @FileLocked("${dir}/config.yml")
        public final void rewrite() {}
    }

    @Nested
    class ByDefault {

        @Test
        void annotatedMethodsAreLocked() {
            application
                    .withBean(Rewriter.class)
                    .run(context -> assertThat(context.getBean(Rewriter.class).rewrite())
                            .isEqualTo(directory.resolve("config.yml")));
        }

        @Test
        void theyAreLockedWithoutAnyAopLibrary() {
            application
                    .withClassLoader(new FilteredClassLoader("org.aspectj"))
                    .withBean(Rewriter.class)
                    .run(context -> assertThat(context.getBean(Rewriter.class).rewrite())
                            .isEqualTo(directory.resolve("config.yml")));
        }

        @Test
        void neitherMetersNorActuatorAreNeeded() {
            application
                    .withClassLoader(new FilteredClassLoader("io.micrometer", "org.springframework.boot.actuate"))
                    .withBean(Rewriter.class)
                    .run(context -> assertThat(context.getBean(Rewriter.class).rewrite())
                            .isEqualTo(directory.resolve("config.yml")));
        }

        @Test
        void aMethodThatCannotBeLockedHasTheApplicationFail() {
            application.withBean(Unlockable.class).run(context -> {
                assertThat(context).hasFailed();
                FailureAnalysis analysis = new LockRefusedFailureAnalyzer().analyze(context.getStartupFailure());
                assertThat(analysis.getDescription())
                        .contains("bean '", "Unlockable.rewrite", "a final method", "make it an overridable one");
                assertThat(analysis.getCause()).isInstanceOf(LockRefusedException.class);
            });
        }
    }

    @Nested
    class TheSettings {

        @Test
        void reachTheLocks() {
            application
                    .withPropertyValues(
                            "filelocked.timeout=3s",
                            "filelocked.lock-directory=" + directory.resolve("locks"),
                            "filelocked.permissions=rw-rw----",
                            "filelocked.network-policy=refuse",
                            "filelocked.long-wait-interval=1m",
                            "filelocked.owner-record=false")
                    .run(context -> {
                        FileLocks locks = context.getBean(FileLocks.class);
                        assertThat(locks.defaultTimeout()).isEqualTo(Duration.ofSeconds(3));
                        assertThat(locks.lockFile(directory.resolve("x")).getParent())
                                .isEqualTo(directory.resolve("locks"));
                    });
        }

        @Test
        void placeTheAdvisor() {
            application
                    .withPropertyValues("filelocked.order=42")
                    .withBean(Rewriter.class)
                    .run(context -> {
                        Advised proxy = (Advised) context.getBean(Rewriter.class);
                        assertThat(proxy.getAdvisors())
                                .filteredOn(advisor -> advisor instanceof Ordered)
                                .extracting(advisor -> ((Ordered) advisor).getOrder())
                                .containsExactly(42);
                    });
        }

        @Test
        void whichDoNotParseHaveTheApplicationFail() {
            for (String wrong :
                    new String[] {"timeout=soon", "timeout=-5s", "permissions=rw", "network-policy=maybe"}) {
                application
                        .withPropertyValues("filelocked." + wrong)
                        .withBean(Rewriter.class)
                        .run(context -> assertThat(context).as(wrong).hasFailed());
            }
        }

        @Test
        void switchItOff() {
            application
                    .withPropertyValues("filelocked.enabled=false")
                    .withBean(Rewriter.class)
                    .run(context -> Assertions.assertThatThrownBy(
                                    () -> context.getBean(Rewriter.class).rewrite())
                            .isInstanceOf(LockNotHeldException.class));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLocks {
        @Bean
        FileLocks locks() {
            return FileLocks.builder().defaultTimeout(Duration.ofSeconds(7)).build();
        }
    }

    @Test
    void ownLocksTakeTheirPlace() {
        application
                .withUserConfiguration(OwnLocks.class)
                .run(context -> assertThat(context.getBean(FileLocks.class).defaultTimeout())
                        .isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void theEndpointShowsWhatIsHeld() {
        application.withBean(Onlooker.class).run(context -> {
            FileLocksEndpoint endpoint = context.getBean(FileLocksEndpoint.class);
            FileLocksEndpoint.Locks during = context.getBean(Onlooker.class).look(endpoint);
            assertThat(during.awaited()).isEmpty();
            assertThat(during.held()).singleElement().satisfies(entry -> {
                assertThat(entry.resource())
                        .isEqualTo(directory.resolve("config.yml").toString());
                assertThat(entry.lockFile())
                        .isEqualTo(directory.resolve("config.yml.lock").toString());
                assertThat(entry.operation()).endsWith("Onlooker.look");
                assertThat(entry.thread()).isEqualTo(Thread.currentThread().getName());
            });
            assertThat(endpoint.locks().held()).isEmpty();
        });
    }

    @Test
    void metersCountWhereThereIsARegistry() {
        application
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(Rewriter.class)
                .run(context -> {
                    context.getBean(Rewriter.class).rewrite();
                    assertThat(context).hasSingleBean(LockMeters.class);
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.get("filelocked.wait")
                                    .tag("outcome", "acquired")
                                    .tag("resource", "${dir}/config.yml")
                                    .tag("operation", "AutoConfigurationTest$Rewriter.rewrite")
                                    .timer()
                                    .count())
                            .isEqualTo(1);
                    assertThat(meters.get("filelocked.hold").timer().count()).isEqualTo(1);
                    assertThat(meters.get("filelocked.held").gauge().value()).isZero();
                });
    }
}
