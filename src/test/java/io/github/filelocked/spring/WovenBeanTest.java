package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.aspectj.Ajc;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.fixture.Javac;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/** A bean whose class is woven, or should be. */
@Timeout(60)
class WovenBeanTest {

    private static final String JOB = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import io.github.filelocked.LockedPath;
            import java.nio.file.Path;
            import java.util.function.Function;
            public class Job implements Function<Path, Path> {
                public int runs;

                @FileLocked("${test.dir}/#{#root.method.name}")
                private Path ofTheContext(Path ignored) {
                    return LockedPath.current();
                }

                @FileLocked("#{#file}")
                public Path ofAnArgument(Path file) {
                    runs++;
                    return LockedPath.current();
                }

                @Override
                public Path apply(Path file) {
                    return file == null ? ofTheContext(file) : ofAnArgument(file);
                }
            }
            """;

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(mode = AdviceMode.ASPECTJ)
    static class Woven {}

    @Configuration
    @EnableFileLocking(mode = AdviceMode.ASPECTJ)
    static class WovenWithLocksOfItsOwn {

        @Bean
        FileLocks fileLocks(Environment environment) {
            return FileLocks.builder()
                    .lockDirectory(Path.of(environment.getRequiredProperty("test.dir"), "locks"))
                    .build();
        }
    }

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Proxied {}

    @AfterEach
    void forgetTheContext() {
        FileLockedAspect.aspectOf().use(FileLocks.create());
    }

    @SuppressWarnings("unchecked")
    private Function<Path, Path> job(
            AnnotationConfigApplicationContext context, Class<?> configuration, ClassLoader loader) throws Exception {
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("test.dir", directory.toString())));
        context.setClassLoader(loader);
        context.register(configuration, loader.loadClass("fixture.Job"));
        context.refresh();
        return (Function<Path, Path>) context.getBean(loader.loadClass("fixture.Job"));
    }

    @Test
    void takesPropertiesAndExpressionsFromTheContextInModeAspectJ() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), JOB)).isEmpty();
        try (URLClassLoader loader = Javac.load(classes);
                var context = new AnnotationConfigApplicationContext()) {
            Function<Path, Path> job = job(context, Woven.class, loader);
            assertThat(AopUtils.isAopProxy(job)).isFalse();
            assertThat(job.apply(null)).isEqualTo(directory.resolve("ofTheContext"));
        }
    }

    @Test
    void keepsToTheLocksOfTheContextAfterItsClose() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), JOB)).isEmpty();
        Path file = directory.resolve("x");
        try (URLClassLoader loader = Javac.load(classes)) {
            Function<Path, Path> job;
            try (var context = new AnnotationConfigApplicationContext()) {
                job = job(context, WovenWithLocksOfItsOwn.class, loader);
                assertThat(job.apply(null)).isEqualTo(directory.resolve("ofTheContext"));
            }
            assertThat(job.apply(file)).isEqualTo(file);
        }
        assertThat(directory.resolve("x.lock")).doesNotExist();
        assertThat(directory.resolve("locks")).isDirectoryContaining("glob:**/x~*.lock");
    }

    @Test
    void usesTheLocksOfItsOwnContextIfThereAreSeveral() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), JOB)).isEmpty();
        try (URLClassLoader loader = Javac.load(classes);
                var first = new AnnotationConfigApplicationContext();
                var second = new AnnotationConfigApplicationContext()) {
            Function<Path, Path> ofFirst = job(first, WovenWithLocksOfItsOwn.class, loader);
            Function<Path, Path> ofSecond = job(second, Woven.class, loader);
            assertThat(ofFirst.apply(directory.resolve("x"))).isEqualTo(directory.resolve("x"));
            assertThat(ofSecond.apply(directory.resolve("y"))).isEqualTo(directory.resolve("y"));
            assertThat(directory.resolve("x.lock")).doesNotExist();
            assertThat(directory.resolve("y.lock")).exists();
            second.close();
            assertThat(ofFirst.apply(directory.resolve("z"))).isEqualTo(directory.resolve("z"));
            assertThat(directory.resolve("z.lock")).doesNotExist();
            first.close();
            assertThat(ofSecond.apply(directory.resolve("a"))).isEqualTo(directory.resolve("a"));
            assertThat(directory.resolve("a.lock")).exists();
        }
    }

    @Test
    void hasTheContextFailInModeAspectJIfItIsNotWoven() throws Exception {
        Path classes = directory.resolve("classes");
        Javac.compile(classes, JOB);
        try (URLClassLoader loader = Javac.load(classes);
                var context = new AnnotationConfigApplicationContext()) {
            Contexts.assertThatRefused(() -> job(context, Woven.class, loader))
                    .hasMessageContainingAll("fixture.Job.ofTheContext", "fixture.Job.ofAnArgument", "is not woven");
        }
    }

    @Test
    void hasTheContextFailInModeAspectJIfAMethodIsSynchronized() throws Exception {
        Path classes = directory.resolve("classes");
        String job = JOB.replace("public Path ofAnArgument", "public synchronized Path ofAnArgument");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters", "-proceedOnError"), job))
                .singleElement()
                .asString()
                .contains("synchronized (this)");
        try (URLClassLoader loader = Javac.load(classes);
                var context = new AnnotationConfigApplicationContext()) {
            Contexts.assertThatRefused(() -> job(context, Woven.class, loader))
                    .hasMessageContainingAll("fixture.Job.ofAnArgument", "put synchronized (this) inside the body")
                    .hasMessageNotContaining("ofTheContext");
        }
    }

    @Test
    void startsInModeProxyIfAMethodIsSynchronized() throws Exception {
        Path classes = directory.resolve("classes");
        Javac.compile(
                classes,
                JOB.replace("private Path ofTheContext", "public Path ofTheContext")
                        .replace("public Path ofAnArgument", "public synchronized Path ofAnArgument")
                        .replace("#{#file}", "#{#p0}"));
        try (URLClassLoader loader = Javac.load(classes);
                var context = new AnnotationConfigApplicationContext()) {
            assertThat(AopUtils.isAopProxy(job(context, Proxied.class, loader))).isTrue();
        }
    }

    @Test
    void isLockedByOneLockAndRunsOnceIfItIsProxiedAsWell() throws Exception {
        Path classes = directory.resolve("classes");
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), JOB)).isEmpty();
        Path file = directory.resolve("x");
        try (URLClassLoader loader = Javac.load(classes);
                var context = new AnnotationConfigApplicationContext()) {
            Function<Path, Path> job = job(context, Proxied.class, loader);
            assertThat(AopUtils.isAopProxy(job)).isTrue();
            Object locked = job.getClass().getMethod("ofAnArgument", Path.class).invoke(job, file);
            assertThat(locked).isEqualTo(file);
            Object target = org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(job);
            assertThat(target.getClass().getField("runs").getInt(target)).isEqualTo(1);
            assertThat(FileLocks.create().tryAcquire(file)).hasValueSatisfying(lock -> lock.close());
        }
    }
}
