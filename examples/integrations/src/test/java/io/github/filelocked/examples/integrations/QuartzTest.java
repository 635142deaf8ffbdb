package io.github.filelocked.examples.integrations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.listeners.SchedulerListenerSupport;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Jobs of Quartz, as beans, as classes that Spring instantiates, and without Spring. */
@Timeout(120)
class QuartzTest {

    /** The path that each execution found locked. */
    private static final BlockingQueue<Optional<Path>> FOUND = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    @Component
    public static class BeanJob implements Job {
        @Override
        @FileLocked("${dir}/bean")
        public void execute(JobExecutionContext execution) {
            FOUND.add(LockedPath.find());
        }
    }

    public static class NoBeanJob implements Job {
        @Override
        @FileLocked("${dir}/no-bean")
        public void execute(JobExecutionContext execution) {
            FOUND.add(LockedPath.find());
        }
    }

    public static final class FinalJob implements Job {
        @Override
        @FileLocked("${dir}/final")
        public void execute(JobExecutionContext execution) {
            FOUND.add(LockedPath.find());
        }
    }

    public static class AskingJob implements Job {
        @Override
        @FileLocked("${dir}/asking")
        public void execute(JobExecutionContext execution) {
            FOUND.add(Optional.of(LockedPath.current()));
        }
    }

    @BeforeEach
    void forget() {
        FOUND.clear();
    }

    private static void fire(Scheduler scheduler, Class<? extends Job> job) throws SchedulerException {
        scheduler.scheduleJob(
                JobBuilder.newJob(job).build(),
                TriggerBuilder.newTrigger().startNow().build());
    }

    /** Fires a job and returns why Quartz could not instantiate or run it. */
    private static CompletableFuture<SchedulerException> failureOf(Scheduler scheduler, Class<? extends Job> job)
            throws SchedulerException {
        CompletableFuture<SchedulerException> failure = new CompletableFuture<>();
        scheduler.getListenerManager().addSchedulerListener(new SchedulerListenerSupport() {
            @Override
            public void schedulerError(String message, SchedulerException cause) {
                failure.complete(cause);
            }
        });
        fire(scheduler, job);
        return failure;
    }

    @Nested
    class UnderSpring {

        private void withScheduler(SchedulerUse use) throws Exception {
            try (var context = Contexts.boot(
                    directory, new String[] {"logging.level.org.quartz=off"}, Application.class, BeanJob.class)) {
                use.accept(context.getBean(Scheduler.class));
            }
        }

        @Test
        void theClassOfABeanIsLocked() throws Exception {
            withScheduler(scheduler -> {
                fire(scheduler, BeanJob.class);
                assertThat(FOUND.poll(30, SECONDS)).contains(directory.resolve("bean"));
            });
        }

        /** Spring creates an object of the class for each execution, with all post-processors. */
        @Test
        void aClassThatIsNoBeanIsLocked() throws Exception {
            withScheduler(scheduler -> {
                fire(scheduler, NoBeanJob.class);
                assertThat(FOUND.poll(30, SECONDS)).contains(directory.resolve("no-bean"));
            });
        }

        @Test
        void aFinalClassIsRejectedWhenItsJobFires() throws Exception {
            withScheduler(scheduler -> {
                SchedulerException failure =
                        failureOf(scheduler, FinalJob.class).get(30, SECONDS);
                Contexts.assertThatRefused(() -> {
                            throw failure;
                        })
                        .hasMessageContainingAll("FinalJob.execute", "the class is final");
                assertThat(FOUND).isEmpty();
            });
        }
    }

    /** No weaver and no Spring sees the job, so the annotation means nothing. */
    @Nested
    class WithoutSpring {

        @Test
        void theJobIsNotLockedAndTheMessageOfLockedPathSaysWhy() throws Exception {
            DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
            factory.createVolatileScheduler(1);
            Scheduler scheduler = factory.getScheduler();
            scheduler.start();
            try {
                SchedulerException failure =
                        failureOf(scheduler, AskingJob.class).get(30, SECONDS);
                assertThat(failure).rootCause().hasMessageContainingAll("not woven", "bean");
                assertThat(FOUND).isEmpty();
            } finally {
                scheduler.shutdown(true);
            }
        }
    }

    private interface SchedulerUse {
        void accept(Scheduler scheduler) throws Exception;
    }
}
