package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.PriorityOrdered;

/** Beans that exist before the proxies are ready. */
@Timeout(60)
class EarlyBeanTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    static class Job {
        @FileLocked("${dir}/x")
        public Path run() {
            return LockedPath.current();
        }
    }

    abstract static class Earliest implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return 0;
        }
    }

    static class Needy extends Earliest {
        Needy(Job job) {
            assertThat(job).isNotNull();
        }
    }

    @Configuration
    static class NeedyOne {
        @Bean
        static Needy needy(Job job) {
            return new Needy(job);
        }
    }

    @Configuration
    static class PatientOne {
        @Bean
        static Patient patient(ObjectProvider<Job> job) {
            return new Patient(job);
        }
    }

    static class Annotated extends Earliest {
        @FileLocked("${dir}/x")
        public Path run() {
            return LockedPath.current();
        }
    }

    static class Greedy implements BeanFactoryPostProcessor {
        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
            assertThat(beans.getBean(Job.class)).isNotNull();
        }
    }

    static class Patient extends Earliest {
        private final ObjectProvider<Job> job;

        Patient(ObjectProvider<Job> job) {
            this.job = job;
        }

        Path run() {
            return job.getObject().run();
        }
    }

    private void assertRefused(Class<?>[] beans, String... message) {
        try (var context = Contexts.prepared(directory, Enabled.class)) {
            context.register(beans);
            Contexts.assertThatRefused(context::refresh).hasMessageContainingAll(message);
        }
    }

    @Test
    void theStartFailsForOneThatAPostProcessorNeedsAndNamesIt() {
        assertRefused(
                new Class<?>[] {Job.class, NeedyOne.class},
                "bean 'earlyBeanTest.Job'",
                "Job.run: the bean is not proxied",
                "created before the proxies were ready",
                "used by needy",
                "through an ObjectProvider");
    }

    @Test
    void theStartFailsForOneThatAFactoryPostProcessorHasMade() {
        assertRefused(
                new Class<?>[] {Job.class, Greedy.class},
                "bean 'earlyBeanTest.Job'",
                "created before the proxies were ready",
                "a BeanFactoryPostProcessor");
    }

    @Test
    void theStartFailsForAPostProcessorItself() {
        assertRefused(
                new Class<?>[] {Annotated.class},
                "bean 'earlyBeanTest.Annotated'",
                "it is a post-processor",
                "move the method to another bean");
    }

    @Test
    void theCureHelps() {
        try (var context = Contexts.started(directory, Enabled.class, Job.class, PatientOne.class)) {
            assertThat(context.getBean(Patient.class).run()).isEqualTo(directory.resolve("x"));
        }
    }
}
