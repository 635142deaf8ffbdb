package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Transactional;

/** Where the lock stands beside other annotations of a method, seen from outside. */
@Timeout(60)
class OrderTest {

    @TempDir
    Path directory;

    private <T> T bean(Class<T> type, AnnotationConfigApplicationContext context) {
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("file", directory.resolve("x").toString())));
        context.register(type);
        context.refresh();
        return context.getBean(type);
    }

    @Configuration
    @EnableFileLocking
    static class Enabled {}

    static class Writer {
        private final JdbcTemplate jdbc;

        Writer(DataSource database) {
            this.jdbc = new JdbcTemplate(database);
        }

        @Transactional
        @FileLocked("${file}")
        public void write() {
            jdbc.update("insert into written values (1)");
        }
    }

    @Test
    @DisplayName("outside @Transactional: the commit is visible to others when the lock is released")
    void isReleasedAfterTheCommit() {
        try (var context = new AnnotationConfigApplicationContext()) {
            // With the same order, who is registered first would be outside.
            context.register(WitnessedTransactions.class, Enabled.class);
            bean(Writer.class, context).write();
            assertThat(context.getBean(WitnessedTransactions.Witness.class).rowsAtRelease)
                    .containsExactly(1);
        }
    }

    @Configuration
    @EnableFileLocking
    @EnableRetry(order = Ordered.LOWEST_PRECEDENCE - 2_000)
    static class Retries {}

    static class Stubborn {
        final AtomicInteger attempts = new AtomicInteger();
        private final FileLocks locks = FileLocks.create();

        @Retryable(maxAttempts = 3)
        @FileLocked("${file}")
        public boolean attempt() {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
            return LockedPath.find().isPresent();
        }

        boolean isFree(Path file) {
            return locks.tryAcquire(file)
                    .map(lock -> {
                        lock.close();
                        return true;
                    })
                    .orElse(false);
        }
    }

    @Test
    @DisplayName("inside @Retryable: each attempt acquires and releases")
    void isAcquiredByEachAttempt() {
        AtomicInteger acquired = new AtomicInteger();
        try (var context = new AnnotationConfigApplicationContext()) {
            context.register(Retries.class);
            context.registerBean(
                    FileLocks.class,
                    () -> FileLocks.builder()
                            .listener(new LockListener() {
                                @Override
                                public void acquired(LockRequest request, Duration waited) {
                                    acquired.incrementAndGet();
                                }
                            })
                            .build());
            assertThat(bean(Stubborn.class, context).attempt()).isTrue();
            assertThat(acquired).hasValue(3);
        }
    }

    @Configuration
    @EnableFileLocking
    @EnableAsync
    static class AsyncCalls {}

    static class Background {
        final CompletableFuture<Void> go = new CompletableFuture<>();

        @Async
        @FileLocked("${file}")
        public CompletableFuture<Thread> work() {
            go.join();
            LockedPath.current();
            return CompletableFuture.completedFuture(Thread.currentThread());
        }
    }

    @Test
    @DisplayName("on the thread of @Async: the caller does not wait for the lock")
    void isAcquiredOnTheAsyncThread() {
        FileLocks locks = FileLocks.create();
        try (var context = new AnnotationConfigApplicationContext()) {
            context.register(AsyncCalls.class);
            Background background = bean(Background.class, context);
            CompletableFuture<Thread> thread;
            try (var held = locks.acquire(directory.resolve("x"))) {
                thread = background.work();
                assertThat(held.isHeld()).isTrue();
            }
            ((Background) org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(background))
                    .go.complete(null);
            assertThat(thread.join()).isNotSameAs(Thread.currentThread());
        }
    }
}
