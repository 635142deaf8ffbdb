package io.github.filelocked.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.FileLocksBuilder;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.micrometer.LockMeters;
import io.github.filelocked.spring.EnableFileLocking;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.io.support.SpringFactoriesLoader;

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

        /** An application that starts locks; what cannot lock does not start. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "org.springframework.aop",
                    "org.aopalliance",
                    "org.springframework.transaction",
                    "org.aspectj",
                    "reactor",
                    "org.reactivestreams"
                })
        void theyNeverRunUnlockedWhateverIsMissing(String library) {
            application
                    .withClassLoader(new FilteredClassLoader(library))
                    .withBean(Rewriter.class)
                    .run(context -> {
                        if (context.getStartupFailure() == null) {
                            assertThat(context.getBean(Rewriter.class).rewrite())
                                    .isEqualTo(directory.resolve("config.yml"));
                        }
                    });
        }

        @Test
        void theyAreLockedIfBootsOwnAopIsSwitchedOff() {
            application
                    .withPropertyValues("spring.aop.auto=false")
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

        private void with(String property, Consumer<FileLocks> test) {
            application
                    .withPropertyValues("filelocked." + property)
                    .run(context -> test.accept(context.getBean(FileLocks.class)));
        }

        @Test
        void giveTheTimeout() {
            with("timeout=3s", locks -> assertThat(locks.defaultTimeout()).isEqualTo(Duration.ofSeconds(3)));
            with("timeout=0", locks -> assertThat(locks.defaultTimeout()).isZero());
            application.run(
                    context -> assertThat(context.getBean(FileLocks.class).defaultTimeout())
                            .isEqualTo(FileLocks.NO_LIMIT));
        }

        @Test
        void giveTheBaseDirectory() {
            with(
                    "base-directory=" + directory,
                    locks -> assertThat(locks.lockFile(Path.of("x"))).isEqualTo(directory.resolve("x.lock")));
        }

        @Test
        void giveTheBaseDirectoryOfAnnotations() {
            application
                    .withPropertyValues("filelocked.base-directory=" + directory, "dir=reports")
                    .withBean(Rewriter.class)
                    .run(context -> assertThat(context.getBean(Rewriter.class).rewrite())
                            .isEqualTo(directory.resolve("reports/config.yml")));
        }

        @Test
        void areNamedInMessages() {
            with(
                    "lock-file-suffix=.lock",
                    locks -> assertThatThrownBy(() -> locks.acquire(directory.resolve(".git/config")))
                            .isInstanceOf(LockRefusedException.class)
                            .hasMessageContaining("with the option filelocked.lock-file-suffix, or another place with"
                                    + " filelocked.lock-directory"));
        }

        /** Of the builder's methods, three take objects that no setting can hold. */
        @Test
        void existForEachOptionOfTheBuilder() {
            List<String> settings = Stream.of(FileLockedProperties.class.getRecordComponents())
                    .map(component -> "filelocked." + component.getName())
                    .toList();
            assertThat(FileLocksBuilder.class.getDeclaredMethods())
                    .filteredOn(method -> Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 1)
                    .extracting(Method::getName)
                    .filteredOn(name ->
                            !List.of("listener", "provider", "optionNames").contains(name))
                    .hasSizeGreaterThan(8)
                    .allSatisfy(name -> assertThat(settings)
                            .anySatisfy(setting -> assertThat(
                                            FileLockedProperties.settingOf(name).replace("-", ""))
                                    .isEqualToIgnoringCase(setting)));
        }

        @Test
        void giveTheLockDirectory() {
            Path sidecars = directory.resolve("locks");
            with("lock-directory=" + sidecars, locks -> {
                locks.acquire(directory.resolve("x")).close();
                assertThat(sidecars).isDirectoryContaining("glob:**x~*.lock");
            });
        }

        /** There is a directory of that name on the class path, where Spring would look first. */
        @Test
        void giveARelativeLockDirectoryFromTheWorkingDirectory() {
            with(
                    "lock-directory=META-INF",
                    locks -> assertThat(locks.lockFile(directory.resolve("x")))
                            .hasParentRaw(Path.of("").toAbsolutePath().resolve("META-INF")));
        }

        @Test
        void giveTheSuffixOfLockFiles() {
            with("lock-file-suffix=.lck", locks -> {
                assertThat(locks.lockFileSuffix()).isEqualTo(".lck");
                assertThat(locks.lockFile(directory.resolve("x"))).isEqualTo(directory.resolve("x.lck"));
            });
        }

        @Test
        void giveThePermissionsOfNewSidecars() {
            with("lock-file-permissions=rw-rw-rw-", locks -> {
                locks.acquire(directory.resolve("x")).close();
                assertThat(permissions(directory.resolve("x.lock"))).isEqualTo("rw-rw-rw-");
            });
        }

        private static String permissions(Path path) {
            try {
                return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Test
        void switchTheOwnerRecordOff() {
            with("owner-record=false", locks -> {
                try (HeldLock lock = locks.acquire(directory.resolve("x"))) {
                    assertThat(lock.lockFile())
                            .content()
                            .doesNotContain("pid="); // The read drops the lock, nobody else is here.
                }
            });
            with("owner-record=true", locks -> {
                try (HeldLock lock = locks.acquire(directory.resolve("y"))) {
                    assertThat(lock.lockFile()).content().contains("pid=");
                }
            });
        }

        @Test
        void haveTheReleaseVerified() {
            with("verify-at-release=true", locks -> {
                HeldLock lock = locks.acquire(directory.resolve("x"));
                assertThat(directory.resolve("x.lock").toFile().delete()).isTrue();
                assertThatThrownBy(lock::close).isInstanceOf(LockLostException.class);
            });
        }

        /** There is no network file system here, so only the arrival of the settings is tested. */
        @Test
        void areBoundInBootsWay() {
            application
                    .withPropertyValues(
                            "filelocked.network-policy=refuse", "FILELOCKED_LONGWAITINTERVAL=1m", "filelocked.order=42")
                    .run(context -> {
                        FileLockedProperties properties = context.getBean(FileLockedProperties.class);
                        assertThat(properties.networkPolicy()).isEqualTo(NetworkPolicy.REFUSE);
                        assertThat(properties.longWaitInterval()).isEqualTo(Duration.ofSeconds(30));
                        assertThat(properties.order()).isEqualTo(42);
                    });
            application
                    .withPropertyValues("filelocked.long-wait-interval=1m")
                    .run(context -> assertThat(
                                    context.getBean(FileLockedProperties.class).longWaitInterval())
                            .isEqualTo(Duration.ofMinutes(1)));
        }

        @Test
        void haveDefaults() {
            application.run(context -> assertThat(context.getBean(FileLockedProperties.class))
                    .isEqualTo(new FileLockedProperties(
                            true,
                            null,
                            null,
                            null,
                            null,
                            ".lock",
                            NetworkPolicy.WARN,
                            Duration.ofSeconds(30),
                            true,
                            false,
                            Ordered.LOWEST_PRECEDENCE - 1_000)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "enabled",
                    "timeout",
                    "lock-directory",
                    "lock-file-permissions",
                    "lock-file-suffix",
                    "network-policy",
                    "long-wait-interval",
                    "owner-record",
                    "verify-at-release",
                    "order"
                })
        void areDescribedForAnIde(String name) throws IOException {
            // Not as a resource: the settings of tests are described too, in a file of the same name.
            Path metadata =
                    Javac.codeOf(FileLockedProperties.class).resolve("META-INF/spring-configuration-metadata.json");
            List<Map<String, Object>> described = properties(Files.readString(metadata)).stream()
                    .filter(property -> property.get("name").equals("filelocked." + name))
                    .toList();
            assertThat(described).singleElement().satisfies(property -> {
                assertThat(property.get("description").toString()).matches("[A-Z][^{}]+[.]");
                assertThat(property.get("type").toString()).matches("(java|io[.]github[.]filelocked)[.].+");
                // What has none says in its description what is done then.
                assertThat(property.containsKey("defaultValue")
                                || property.get("description").toString().contains("By default"))
                        .isTrue();
            });
        }

        /** Boot's simplest parser, the one that needs no library, wants it without line breaks. */
        @SuppressWarnings("unchecked")
        private static List<Map<String, Object>> properties(String json) {
            return (List<Map<String, Object>>) JsonParserFactory.getJsonParser()
                    .parseMap(json.replaceAll("\\n *", ""))
                    .get("properties");
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

        /** As Boot reports whatever else is wrong in the settings. */
        @ParameterizedTest
        @CsvSource({
            "enabled=perhaps, filelocked.enabled, perhaps",
            "timeout=soon, filelocked.timeout, soon",
            "timeout=-5s, filelocked.timeout, is negative",
            "long-wait-interval=often, filelocked.long-wait-interval, often",
            "long-wait-interval=-1s, filelocked.long-wait-interval, is negative",
            "lock-file-permissions=rw, filelocked.lock-file-permissions, rw",
            "lock-file-permissions=r--r--r--, filelocked.lock-file-permissions, read and write",
            "lock-file-suffix=lock, filelocked.lock-file-suffix, a dot and",
            "network-policy=maybe, filelocked.network-policy, maybe",
            "owner-record=sometimes, filelocked.owner-record, sometimes",
            "lock-directory=/dev/null/x, filelocked.lock-directory, /dev/null",
            "base-directory=data, filelocked.base-directory, is relative",
            "base-directory=/dev/null, filelocked.base-directory, not an existing directory",
            "order=first, filelocked.order, first",
        })
        void whichCannotBeAreReportedByBoot(String setting, String name, String reason) {
            application.withPropertyValues("filelocked." + setting).run(context -> {
                assertThat(context).hasFailed();
                assertThat(analysisOf(context.getStartupFailure()).getDescription())
                        .contains(name, reason);
            });
        }

        /** The first analysis of all analyzers that Boot and this library register, as at an application's start. */
        private FailureAnalysis analysisOf(Throwable failure) {
            return SpringFactoriesLoader.forDefaultResourceLocation()
                    .load(
                            FailureAnalyzer.class,
                            SpringFactoriesLoader.ArgumentResolver.none(),
                            SpringFactoriesLoader.FailureHandler.handleMessage((message, ignored) -> {}))
                    .stream()
                    .map(analyzer -> analyzer.analyze(failure))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no analysis", failure));
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
        application.withUserConfiguration(OwnLocks.class).run(context -> {
            assertThat(context).getBeanNames(FileLocks.class).containsExactly("locks");
            assertThat(context.getBean(FileLocks.class).defaultTimeout()).isEqualTo(Duration.ofSeconds(7));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnBeans {

        @Bean
        LockMeters ownMeters(MeterRegistry registry) {
            return new LockMeters(registry);
        }

        @Bean
        FileLocksEndpoint ownEndpoint() {
            return new FileLocksEndpoint();
        }

        @Bean
        ShutdownGate ownGate() {
            return new ShutdownGate();
        }
    }

    /** It comes with {@code @EnableFileLocking}, which a second one makes ambiguous. */
    @Test
    void anInvokerOfTheApplicationsOwnIsNoReasonToRunUnlocked() {
        application
                .withBean("ownInvoker", FileLockedInvoker.class, () -> new FileLockedInvoker(FileLocks.create()))
                .withBean(Rewriter.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("expected single matching bean but found 2: ")
                        .hasStackTraceContaining("ownInvoker"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableFileLocking(order = 7)
    static class EnabledByHand {}

    @Test
    void whoSwitchesItOnByHandHasItOnce() {
        application
                .withUserConfiguration(EnabledByHand.class)
                .withBean(Rewriter.class)
                .run(context -> {
                    assertThat(context).hasSingleBean(FileLockedInvoker.class);
                    Advised proxy = (Advised) context.getBean(Rewriter.class);
                    assertThat(proxy.getAdvisors())
                            .extracting(advisor -> ((Ordered) advisor).getOrder())
                            .containsExactly(7);
                    assertThat(context.getBean(Rewriter.class).rewrite()).isEqualTo(directory.resolve("config.yml"));
                });
    }

    @Test
    void everyOtherBeanMayBeReplacedToo() {
        application
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withUserConfiguration(OwnBeans.class)
                .run(context -> {
                    assertThat(context).getBeanNames(LockMeters.class).containsExactly("ownMeters");
                    assertThat(context).getBeanNames(FileLocksEndpoint.class).containsExactly("ownEndpoint");
                    assertThat(context).getBeanNames(ShutdownGate.class).containsExactly("ownGate");
                });
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
