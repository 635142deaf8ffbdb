package io.github.filelocked.examples.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.Job;
import org.springframework.batch.core.JobParameters;
import org.springframework.batch.core.StepContribution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.launch.JobLauncher;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.repeat.RepeatStatus;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Steps of Spring Batch, which run in a transaction of the framework, and transactions of an application. */
@Timeout(120)
class BatchTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Witness witness(DataSource database) {
            return new Witness(database);
        }

        @Bean
        Job job(JobRepository jobs, PlatformTransactionManager transactions, Tasklet tasklet) {
            return new JobBuilder("job", jobs)
                    .start(new StepBuilder("step", jobs)
                            .tasklet(tasklet, transactions)
                            .build())
                    .build();
        }

        @Bean
        Launcher launcher(JobLauncher launcher, Job job) {
            return new Launcher(launcher, job);
        }
    }

    /** Counts, whenever a lock is released, the rows that others can see. */
    static final class Witness implements LockListener {
        private final DataSource database;
        final List<Integer> rowsAtRelease = new CopyOnWriteArrayList<>();

        Witness(DataSource database) {
            this.database = database;
            new JdbcTemplate(database).execute("create table written(id int)");
        }

        @Override
        public void released(LockRequest request, Duration held) {
            try (Connection outside = database.getConnection()) {
                rowsAtRelease.add(new JdbcTemplate(new SingleConnectionDataSource(outside, true))
                        .queryForObject("select count(*) from written", Integer.class));
            } catch (SQLException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    static class Launcher {
        private final JobLauncher launcher;
        private final Job job;

        Launcher(JobLauncher launcher, Job job) {
            this.launcher = launcher;
            this.job = job;
        }

        public BatchStatus launch() throws Exception {
            return launcher.run(job, new JobParameters()).getStatus();
        }

        @FileLocked("${dir}/job")
        public BatchStatus launchLocked() throws Exception {
            return launch();
        }
    }

    /** Executed twice, in two transactions. */
    abstract static class TwoRows implements Tasklet {
        final List<Path> locked = new CopyOnWriteArrayList<>();
        private final JdbcTemplate jdbc;

        TwoRows(DataSource database) {
            this.jdbc = new JdbcTemplate(database);
        }

        RepeatStatus writeRow() {
            locked.add(LockedPath.find().orElse(null));
            jdbc.update("insert into written values (?)", locked.size());
            return RepeatStatus.continueIf(locked.size() < 2);
        }
    }

    static class PlainTasklet extends TwoRows {
        PlainTasklet(DataSource database) {
            super(database);
        }

        @Override
        public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
            return writeRow();
        }
    }

    static class LockedTasklet extends TwoRows {
        LockedTasklet(DataSource database) {
            super(database);
        }

        @Override
        @FileLocked("${dir}/tasklet")
        public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
            return writeRow();
        }
    }

    static class OwnTransactionTasklet extends TwoRows {
        OwnTransactionTasklet(DataSource database) {
            super(database);
        }

        @Override
        @FileLocked("${dir}/tasklet")
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
            return writeRow();
        }
    }

    private ConfigurableApplicationContext start(Class<?>... classes) {
        return Contexts.boot(
                directory,
                new String[] {"spring.batch.job.enabled=false", "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID()
                },
                classes);
    }

    @Test
    void aLockedTaskletIsReleasedBeforeTheStepCommitsAndWarnedOfOnce() throws Exception {
        try (LogLines log = new LogLines();
                var context = start(Application.class, LockedTasklet.class)) {
            assertThat(context.getBean(Launcher.class).launch()).isEqualTo(BatchStatus.COMPLETED);
            LockedTasklet tasklet = AopTestUtils.getTargetObject(context.getBean(LockedTasklet.class));
            assertThat(tasklet.locked).containsExactly(directory.resolve("tasklet"), directory.resolve("tasklet"));
            assertThat(context.getBean(Witness.class).rowsAtRelease).containsExactly(0, 1);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARNING " + LockedTasklet.class.getName() + ".execute: ")
                    .contains("released before the commit", "Spring Batch", "REQUIRES_NEW");
        }
    }

    @Test
    void aLockAroundTheLaunchIsReleasedAfterTheCommitsWithoutAWarning() throws Exception {
        try (LogLines log = new LogLines();
                var context = start(Application.class, PlainTasklet.class)) {
            assertThat(context.getBean(Launcher.class).launchLocked()).isEqualTo(BatchStatus.COMPLETED);
            assertThat(context.getBean(PlainTasklet.class).locked)
                    .containsExactly(directory.resolve("job"), directory.resolve("job"));
            assertThat(context.getBean(Witness.class).rowsAtRelease).containsExactly(2);
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void aTransactionOfTheTaskletItselfIsCommittedBeforeTheReleaseWithoutAWarning() throws Exception {
        try (LogLines log = new LogLines();
                var context = start(Application.class, OwnTransactionTasklet.class)) {
            assertThat(context.getBean(Launcher.class).launch()).isEqualTo(BatchStatus.COMPLETED);
            assertThat(context.getBean(Witness.class).rowsAtRelease).containsExactly(1, 2);
            assertThat(log.lines()).isEmpty();
        }
    }

    static class Writer {
        private final JdbcTemplate jdbc;

        Writer(DataSource database) {
            this.jdbc = new JdbcTemplate(database);
        }

        @Transactional
        @FileLocked("${dir}/writer")
        public void write() {
            jdbc.update("insert into written values (1)");
        }
    }

    @Configuration
    @EnableTransactionManagement(order = 0)
    static class TransactionsOutside {}

    @Test
    void aTransactionOfTheSameMethodIsCommittedBeforeTheRelease() {
        try (LogLines log = new LogLines();
                var context = start(Application.class, PlainTasklet.class, Writer.class)) {
            context.getBean(Writer.class).write();
            assertThat(context.getBean(Witness.class).rowsAtRelease).containsExactly(1);
            assertThat(log.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Writer.class, OwnTransactionTasklet.class})
    void aTransactionThatIsOrderedOutsideTheLockIsRejectedAtTheStart(Class<?> bean) {
        Class<?>[] all = bean == Writer.class
                ? new Class<?>[] {Application.class, TransactionsOutside.class, PlainTasklet.class, bean}
                : new Class<?>[] {Application.class, TransactionsOutside.class, bean};
        Contexts.assertThatRefused(() -> start(all).close())
                .hasMessageContainingAll(bean.getSimpleName() + ".", "released before the commit", "filelocked.order");
    }
}
