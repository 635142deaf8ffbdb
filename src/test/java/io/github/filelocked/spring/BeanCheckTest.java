package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.env.MapPropertySource;

/** Which beans pass the start, and which have the context fail. */
@Timeout(60)
class BeanCheckTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    private AnnotationConfigApplicationContext context(Class<?>... configuration) {
        AnnotationConfigApplicationContext context = prepared(configuration);
        context.refresh();
        return context;
    }

    private AnnotationConfigApplicationContext prepared(Class<?>... configuration) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("dir", directory.toString())));
        context.register(Enabled.class);
        for (Class<?> type : configuration) {
            context.register(type);
        }
        return context;
    }

    static class Job {
        @FileLocked("${dir}/x")
        public Path run() {
            return LockedPath.current();
        }
    }

    @Configuration
    static class Scoped {
        @Bean
        @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Job job() {
            return new Job();
        }
    }

    static class JobFactory implements FactoryBean<Job> {
        @Override
        public Job getObject() {
            return new Job();
        }

        @Override
        public Class<Job> getObjectType() {
            return Job.class;
        }
    }

    @FileLocked("${dir}/x")
    static class OfItsClass {
        public Path run() {
            return helper();
        }

        private Path helper() {
            return LockedPath.current();
        }
    }

    @FileLocked("${dir}/x")
    static class OfItsClassButFinal {
        public final void run() {}
    }

    static class Compound {
        @FileLocked("${dir}/#{#usr + 'x'}")
        public void run(String user) {}
    }

    static class BareName {
        @FileLocked("${dir}/#{name}")
        public void run(String name) {}
    }

    static class NoSuchBean {
        @FileLocked("${dir}/#{@nobean.x}")
        public void run() {}
    }

    static class NamesThatAreRight {
        @FileLocked(
                "${dir}/#{#names.?[length() > 1].![trim()].get(0) + method.name + @environment.getProperty('user')}")
        public Path run(List<String> names) {
            return LockedPath.current();
        }
    }

    static class NoSuchPosition {
        @FileLocked("${dir}/#{#p7}")
        public void run(String user) {}
    }

    @Nested
    class Passes {

        @Test
        void aScopedProxy() {
            try (var context = context(Scoped.class)) {
                assertThat(context.getBean("job", Job.class).run()).isEqualTo(directory.resolve("x"));
            }
        }

        @Test
        void theProductOfAFactory() {
            try (var context = context(JobFactory.class)) {
                assertThat(context.getBean(Job.class).run()).isEqualTo(directory.resolve("x"));
            }
        }

        @Test
        void aPrivateHelperOfAnAnnotatedClass() {
            try (var context = context(OfItsClass.class)) {
                assertThat(context.getBean(OfItsClass.class).run()).isEqualTo(directory.resolve("x"));
            }
        }
    }

    @Test
    void namesOfElementsOfTheRootAndOfBeansAreNoProblem() {
        System.setProperty("user", "u");
        try (var context = context(NamesThatAreRight.class)) {
            assertThat(context.getBean(NamesThatAreRight.class).run(List.of("a", "bb ")))
                    .isEqualTo(directory.resolve("bbrunu"));
        } finally {
            System.clearProperty("user");
        }
    }

    @Nested
    class Fails {

        @Test
        void aBareNameInAnExpression() {
            Contexts.assertThatRefused(() -> context(BareName.class))
                    .hasMessageContainingAll("#{name}", "name is no property of #root", "write #name for the parameter")
                    .hasMessageNotContaining("SpringResolver");
        }

        @Test
        void anExpressionThatNamesNoBean() {
            Contexts.assertThatRefused(() -> context(NoSuchBean.class))
                    .hasMessageContaining("@nobean is no bean of this context");
        }

        @Test
        void anObjectThatWasRegisteredWithoutADefinition() {
            try (var context = prepared()) {
                context.getBeanFactory().registerSingleton("job", new Job());
                Contexts.assertThatRefused(context::refresh)
                        .hasMessageContainingAll("bean 'job'", "Job.run", "not proxied");
            }
        }

        @Test
        void aFinalMethodOfAnAnnotatedClass() {
            Contexts.assertThatRefused(() -> context(OfItsClassButFinal.class)).hasMessageContaining("a final method");
        }

        @Test
        void anExpressionThatNamesNoParameter() {
            Contexts.assertThatRefused(() -> context(Compound.class)).hasMessageContaining("#usr is no parameter");
            Contexts.assertThatRefused(() -> context(NoSuchPosition.class))
                    .hasMessageContaining("#p7 is no parameter")
                    .hasMessageContaining("compiled with -parameters, or by Kotlin with -java-parameters)");
        }
    }

    @Test
    void theMethodsOfObjectAreNotLocked() {
        try (var context = context(OfItsClass.class)) {
            Object bean = context.getBean(OfItsClass.class);
            try (HeldLock held = FileLocks.create().acquire(directory.resolve("x"))) {
                assertThatCode(() ->
                                CompletableFuture.supplyAsync(bean::toString).get(20, TimeUnit.SECONDS))
                        .doesNotThrowAnyException();
                assertThat(held.isHeld()).isTrue();
            }
        }
    }
}
