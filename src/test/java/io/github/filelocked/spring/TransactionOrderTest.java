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
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.config.TransactionManagementConfigUtils;
import org.springframework.transaction.support.TransactionTemplate;

/** A lock that would be released before the commit. */
@Timeout(60)
class TransactionOrderTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    /** As {@code @EnableTransactionManagement(order = 0)} does. */
    @Configuration
    static class TransactionsOutside {
        @Bean
        static BeanFactoryPostProcessor outside() {
            return beans -> beans.getBeanDefinition(TransactionManagementConfigUtils.TRANSACTION_ADVISOR_BEAN_NAME)
                    .getPropertyValues()
                    .add("order", 0);
        }
    }

    @Component
    @Scope("prototype")
    static class Writer {
        @Transactional
        @FileLocked("${dir}/x")
        public Path write() {
            return LockedPath.current();
        }

        @Transactional
        public void unlocked() {}
    }

    @Test
    void isRejectedIfTheTransactionIsOrderedOutside() {
        try (var context = Contexts.started(
                directory, TransactionsOutside.class, WitnessedTransactions.class, Enabled.class, Writer.class)) {
            assertThatRefused(() -> context.getBean(Writer.class))
                    .hasMessageContainingAll(
                            "Writer.write",
                            "released before the commit",
                            "@EnableTransactionManagement(order = ...)",
                            "filelocked.order")
                    .hasMessageNotContaining("unlocked:");
        }
    }

    static class Job {
        @FileLocked("${dir}/job")
        public Path work() {
            return LockedPath.current();
        }

        @FileLocked("${dir}/outer")
        public void enclosing(Runnable work) {
            work.run();
        }

        @FileLocked("${dir}/outer")
        public void nested() {}
    }

    @Nested
    class InsideTheTransactionOfACaller {

        @Test
        void isWarnedOfOnceForAMethod() {
            try (LogLines log = new LogLines();
                    var context = Contexts.started(directory, WitnessedTransactions.class, Enabled.class, Job.class)) {
                Job job = context.getBean(Job.class);
                var transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
                assertThat(transaction.<Path>execute(status -> job.work())).isEqualTo(directory.resolve("job"));
                transaction.executeWithoutResult(status -> job.work());
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .startsWith("WARNING " + Job.class.getName() + ".work: ")
                        .contains("released before the commit", "Spring Batch", "REQUIRES_NEW");
            }
        }

        @Test
        void isNotWarnedOfIfTheTransactionOnlyReadsOrTheCallerHoldsTheLock() {
            try (LogLines log = new LogLines();
                    var context = Contexts.started(directory, WitnessedTransactions.class, Enabled.class, Job.class)) {
                Job job = context.getBean(Job.class);
                var transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
                job.enclosing(() -> transaction.executeWithoutResult(status -> job.nested()));
                transaction.setReadOnly(true);
                transaction.executeWithoutResult(status -> job.work());
                assertThat(log.lines()).isEmpty();
                transaction.setReadOnly(false);
                job.enclosing(() -> transaction.executeWithoutResult(status -> job.work()));
                assertThat(log.lines()).hasSize(1);
            }
        }
    }
}
