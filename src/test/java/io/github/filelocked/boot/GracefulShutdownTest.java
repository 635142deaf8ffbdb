package io.github.filelocked.boot;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import io.github.filelocked.OnBusy;
import io.github.filelocked.aspectj.Ajc;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.spring.EnableFileLocking;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The fate of locks when a context closes. */
@Timeout(120)
class GracefulShutdownTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Path directory;
    private ConfigurableApplicationContext context;
    private volatile Jobs jobs;

    /** In the order in which it happened. */
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    private final CountDownLatch bodyMayEnd = new CountDownLatch(1);

    @BeforeEach
    void resolve(@TempDir Path temporary) throws Exception {
        directory = temporary.toRealPath();
    }

    @AfterEach
    void close() {
        bodyMayEnd.countDown();
        if (context != null) {
            context.close();
        }
    }

    /** Each runs the body it is given. */
    public static class Jobs {

        @FileLocked("${dir}/#{#p0}")
        public Object run(String file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "${dir}/#{#p0}", timeout = "0", onBusy = OnBusy.SKIP)
        public Object skipped(String file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked({"${dir}/#{#p0}", "${dir}/#{#p1}"})
        public Object both(String file, String other, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked("${dir}/#{#p0}")
        public CompletionStage<String> stage(String file, CompletionStage<String> work) {
            return work;
        }

        @FileLocked("${dir}/#{#p0}")
        public Mono<String> mono(String file, Mono<String> work) {
            return work;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({FileLockedAutoConfiguration.class, LifecycleAutoConfiguration.class})
    static class Application {

        @Bean
        Jobs jobs() {
            return new Jobs();
        }
    }

    private void start(Class<?>[] configurations, String... properties) {
        context = application(configurations, properties).run();
    }

    private SpringApplicationBuilder application(Class<?>[] configurations, String... properties) {
        return new SpringApplicationBuilder(configurations)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .properties("dir=" + directory, "spring.lifecycle.timeout-per-shutdown-phase=60s")
                .properties(properties);
    }

    private void start() {
        start(new Class<?>[] {Application.class});
    }

    /** Looked up once, since a context that is closed already has no beans to give. */
    private Jobs jobs() {
        Jobs known = jobs;
        if (known == null) {
            known = context.getBean(Jobs.class);
            jobs = known;
        }
        return known;
    }

    private static <T> CompletableFuture<T> inThread(Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable failure) {
                outcome.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    /** A body that is interruptible, and ends when it may. */
    private Object longBody() throws Exception {
        events.add("the body runs");
        assertThat(bodyMayEnd.await(40, SECONDS)).isTrue();
        assertThat(LockedPath.current().getParent()).isEqualTo(directory);
        events.add("the body ends");
        return "done";
    }

    private void awaitEvent(String event) {
        await().atMost(LIMIT).until(() -> events.contains(event));
    }

    /** Closes the context in a thread of its own, and returns when nobody is let in any more. */
    private CompletableFuture<Object> beginClose() {
        Jobs beforehand = jobs();
        assertThat(beforehand).isNotNull();
        CompletableFuture<Object> close = inThread(() -> {
            context.close();
            events.add("the context is closed");
            return null;
        });
        awaitClosedGate();
        return close;
    }

    private void awaitClosedGate() {
        await().atMost(LIMIT).until(() -> isShutDown(catchThrowable(() -> jobs().run("probe", () -> ""))));
    }

    private static boolean isShutDown(Throwable failure) {
        return failure instanceof LockRefusedException
                && failure.getMessage().contains("the application is shutting down");
    }

    private void assertIsShutDown(Throwable failure, String method, String file) {
        assertThat(failure)
                .isExactlyInstanceOf(LockRefusedException.class)
                .hasMessageContaining("the application is shutting down")
                .hasMessageContaining(method)
                .hasMessageContaining(directory.resolve(file).toString());
    }

    private void awaitWaiting(String file) {
        FileLocksEndpoint endpoint = context.getBean(FileLocksEndpoint.class);
        await().atMost(LIMIT)
                .until(() -> endpoint.locks().awaited().stream()
                        .anyMatch(entry ->
                                entry.resource().equals(directory.resolve(file).toString()) && entry.holder() != null));
    }

    /** The end of a waiter, and its interrupt flag. */
    private CompletableFuture<Throwable> waiter(Callable<?> work) {
        return inThread(() -> {
            Throwable failure = catchThrowable(work::call);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return failure;
        });
    }

    @Nested
    class WhenAMethodHolds {

        private CompletableFuture<Object> holder;

        private void startHolding(Callable<?> body) {
            start();
            holder = inThread(() -> jobs().run("x", body));
            awaitEvent("the body runs");
        }

        @Test
        void itFinishesBeforeTheContextIsClosedAndIsNotInterrupted() throws Exception {
            startHolding(GracefulShutdownTest.this::longBody);
            CompletableFuture<Object> close = beginClose();
            assertThat(close).isNotDone();
            assertThat(context.getBeanFactory().containsSingleton("jobs")).isTrue();
            bodyMayEnd.countDown();
            assertThat(holder.get(30, SECONDS)).isEqualTo("done");
            close.get(30, SECONDS);
            assertThat(events).containsExactly("the body runs", "the body ends", "the context is closed");
        }

        @Test
        void itMayEnterAgainAndAcquireMoreAlsoInATaskThatItCarries() throws Exception {
            startHolding(() -> {
                longBody();
                String again = (String) jobs().run("x", () -> "again");
                String more = (String) jobs().run("y", () -> "more");
                Callable<Object> task = LockedPath.carry(() -> jobs().run("z", () -> "carried"));
                try (HeldLock byHand = context.getBean(FileLocks.class).acquire(directory.resolve("byHand"))) {
                    return List.of(again, more, inThread(task).get(30, SECONDS), byHand.isHeld());
                }
            });
            CompletableFuture<Object> close = beginClose();
            bodyMayEnd.countDown();
            assertThat(holder.get(30, SECONDS)).isEqualTo(List.of("again", "more", "carried", true));
            close.get(30, SECONDS);
        }

        @Test
        void theWaitForItIsBoundedByTheTimeoutOfThePhase() throws Exception {
            start(new Class<?>[] {Application.class}, "spring.lifecycle.timeout-per-shutdown-phase=300ms");
            holder = inThread(() -> jobs().run("x", GracefulShutdownTest.this::longBody));
            awaitEvent("the body runs");
            beginClose().get(30, SECONDS);
            assertThat(holder).isNotDone();
            assertThat(FileLocks.create().tryAcquire(directory.resolve("x"))).isEmpty();
            bodyMayEnd.countDown();
            assertThat(holder.get(30, SECONDS)).isEqualTo("done");
        }
    }

    @Nested
    class WhenWorkIsUnderWayThatAMethodHasReturned {

        @Test
        void theContextWaitsForItsStage() throws Exception {
            start();
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletionStage<String> stage = jobs().stage("x", work);
            CompletableFuture<Object> close = beginClose();
            assertThat(close).isNotDone();
            work.complete("done");
            assertThat(stage.toCompletableFuture().get(30, SECONDS)).isEqualTo("done");
            close.get(30, SECONDS);
        }

        @Test
        void theContextWaitsForItsPublisher() throws Exception {
            start();
            Sinks.One<String> work = Sinks.one();
            CompletableFuture<String> result = jobs().mono(
                            "x", work.asMono().doOnSubscribe(subscribed -> events.add("subscribed")))
                    .toFuture();
            awaitEvent("subscribed");
            CompletableFuture<Object> close = beginClose();
            assertThat(close).isNotDone();
            work.tryEmitValue("done").orThrow();
            assertThat(result.get(30, SECONDS)).isEqualTo("done");
            close.get(30, SECONDS);
        }
    }

    @Nested
    class WhenAMethodWaits {

        @Test
        void itIsTurnedAwayAtOnceAndTheContextIsClosed() throws Exception {
            start();
            try (HeldLock other = FileLocks.create().acquire(directory.resolve("x"))) {
                CompletableFuture<Throwable> waiter = waiter(() -> jobs().run("x", () -> events.add("ran")));
                CompletableFuture<Throwable> reactive =
                        waiter(() -> jobs().mono("x", Mono.fromCallable(() -> "" + events.add("ran")))
                                .block());
                awaitWaiting("x");
                await().atMost(LIMIT)
                        .until(() -> context.getBean(FileLocksEndpoint.class)
                                        .locks()
                                        .awaited()
                                        .size()
                                == 2);
                context.close();
                assertIsShutDown(waiter.get(30, SECONDS), "Jobs.run(", "x");
                assertIsShutDown(reactive.get(30, SECONDS), "Jobs.mono(", "x");
                assertThat(other.isHeld()).isTrue();
            }
            assertThat(events).isEmpty();
        }

        @Test
        void itHoldsNoneOfItsPathsAfterwards() throws Exception {
            start();
            try (HeldLock other = FileLocks.create().acquire(directory.resolve("y"))) {
                CompletableFuture<Throwable> waiter = waiter(() -> jobs().both("x", "y", () -> events.add("ran")));
                awaitWaiting("y");
                context.close();
                assertIsShutDown(waiter.get(30, SECONDS), "Jobs.both(", "y");
                FileLocks.create()
                        .acquire(directory.resolve("x"), Duration.ZERO)
                        .close();
                assertThat(other.isHeld()).isTrue();
            }
            assertThat(events).isEmpty();
        }

        /** An executor waits for its tasks, and so would wait for the lock. */
        @Test
        void itIsTurnedAwayOnAnExecutorOfTheContextToo() throws Exception {
            start(new Class<?>[] {Application.class, WithExecutor.class});
            try (HeldLock other = FileLocks.create().acquire(directory.resolve("x"))) {
                CompletableFuture<Throwable> waiter = CompletableFuture.supplyAsync(
                        () -> catchThrowable(() -> jobs().run("x", () -> "")),
                        context.getBean(ThreadPoolTaskExecutor.class));
                awaitWaiting("x");
                inThread(() -> {
                            context.close();
                            return null;
                        })
                        .get(30, SECONDS);
                assertIsShutDown(waiter.get(30, SECONDS), "Jobs.run(", "x");
                assertThat(other.isHeld()).isTrue();
            }
        }

        @Test
        void itIsTurnedAwayFromAContextThatFailsAtItsStart() throws Exception {
            try (HeldLock other = FileLocks.create().acquire(directory.resolve("x"))) {
                List<CompletableFuture<Throwable>> waiters = Collections.synchronizedList(new ArrayList<>());
                SpringApplicationBuilder failing = application(new Class<?>[] {Application.class})
                        .initializers(starting -> ((GenericApplicationContext) starting)
                                .registerBean("failing", InitializingBean.class, () -> () -> {
                                    Jobs jobs = starting.getBean(Jobs.class);
                                    waiters.add(waiter(() -> jobs.run("x", () -> events.add("ran"))));
                                    FileLocksEndpoint endpoint = starting.getBean(FileLocksEndpoint.class);
                                    await().atMost(LIMIT)
                                            .until(() -> endpoint.locks().awaited().stream()
                                                    .anyMatch(entry -> entry.holder() != null));
                                    throw new IllegalStateException("on purpose");
                                }));
                assertThat(catchThrowable(failing::run)).hasRootCauseMessage("on purpose");
                assertIsShutDown(waiters.get(0).get(30, SECONDS), "Jobs.run(", "x");
                assertThat(other.isHeld()).isTrue();
            }
            assertThat(events).isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithExecutor {

        @Bean
        ThreadPoolTaskExecutor tasks() {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setWaitForTasksToCompleteOnShutdown(true);
            return executor;
        }
    }

    @Nested
    class WhenTheContextIsStopped {

        @BeforeEach
        void startAndStop() {
            start();
            context.stop();
        }

        @Test
        void nothingIsLockedAnyMore() {
            assertIsShutDown(catchThrowable(() -> jobs().run("x", () -> events.add("ran"))), "Jobs.run(", "x");
            assertIsShutDown(catchThrowable(() -> jobs().skipped("x", () -> events.add("ran"))), "Jobs.skipped(", "x");
            assertThat(isShutDown(catchThrowable(
                            () -> context.getBean(FileLocks.class).acquire(directory.resolve("x")))))
                    .isTrue();
            assertThat(events).isEmpty();
        }

        @Test
        void itLocksAgainWhenItIsStartedAgain() throws Exception {
            context.start();
            assertThat(jobs().run("x", LockedPath::current)).isEqualTo(directory.resolve("x"));
            CompletableFuture<Object> holder = inThread(() -> jobs().run("x", GracefulShutdownTest.this::longBody));
            awaitEvent("the body runs");
            CompletableFuture<Object> close = beginClose();
            assertThat(close).isNotDone();
            bodyMayEnd.countDown();
            close.get(30, SECONDS);
            assertThat(holder.get(30, SECONDS)).isEqualTo("done");
        }
    }

    /** Says in which phase of the stop it was asked to stop. */
    record Witness(int phase, Runnable onStop) implements SmartLifecycle {

        @Override
        public void start() {}

        @Override
        public void stop() {
            onStop.run();
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    @Nested
    class ThePhases {

        @Test
        void closeTheGateBeforeTheWebServersDrainAndWaitForHoldersDuringIt() throws Exception {
            context = application(new Class<?>[] {Application.class})
                    .initializers(starting -> {
                        for (int before : new int[] {1023, 1025}) {
                            ((GenericApplicationContext) starting)
                                    .registerBean(
                                            "witness" + before,
                                            Witness.class,
                                            () -> new Witness(SmartLifecycle.DEFAULT_PHASE - before, () -> {
                                                assertThat(isShutDown(catchThrowable(() -> jobs().run("y", () -> ""))))
                                                        .isTrue();
                                                events.add("phase " + before);
                                            }));
                        }
                    })
                    .run();
            CompletableFuture<Object> holder = inThread(() -> jobs().run("x", GracefulShutdownTest.this::longBody));
            awaitEvent("the body runs");
            CompletableFuture<Object> close = beginClose();
            awaitEvent("phase 1023");
            bodyMayEnd.countDown();
            holder.get(30, SECONDS);
            close.get(30, SECONDS);
            assertThat(events)
                    .containsExactly(
                            "the body runs", "phase 1023", "the body ends", "phase 1025", "the context is closed");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLocks {

        @Bean
        FileLocks ownLocks() {
            return FileLocks.builder().defaultTimeout(Duration.ofSeconds(7)).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnProvider implements DisposableBean {

        static final List<String> SEEN = Collections.synchronizedList(new ArrayList<>());

        @Bean
        LockProvider cluster() {
            return request -> {
                SEEN.add(request.resource().getFileName().toString());
                return new LockProvider.Grant() {
                    @Override
                    public void release() {}

                    @Override
                    public void detach() {}

                    @Override
                    public boolean isValid() {
                        return true;
                    }
                };
            };
        }

        @Override
        public void destroy() {
            SEEN.clear();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableFileLocking(mode = AdviceMode.ASPECTJ)
    static class Woven {}

    @Nested
    class ItIsTheSame {

        @Test
        void withLocksOfTheApplicationsOwn() {
            start(new Class<?>[] {Application.class, OwnLocks.class});
            assertThat(context.getBean(FileLocks.class).defaultTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertNothingIsLockedAfterAStop();
        }

        @Test
        void withAProviderOfTheApplicationsOwn() throws Exception {
            start(new Class<?>[] {Application.class, OwnProvider.class});
            assertThat(jobs().run("x", LockedPath::current)).isEqualTo(directory.resolve("x"));
            assertNothingIsLockedAfterAStop();
            assertThat(OwnProvider.SEEN).containsExactly("x");
        }

        private void assertNothingIsLockedAfterAStop() {
            context.stop();
            assertIsShutDown(catchThrowable(() -> jobs().run("y", () -> events.add("ran"))), "Jobs.run(", "y");
            assertThat(events).isEmpty();
        }

        @Test
        @SuppressWarnings("unchecked")
        void withWovenClasses() throws Exception {
            Path classes = directory.resolve("classes");
            assertThat(Ajc.compile(classes, List.of("-g", "-parameters"), """
                            package fixture;
                            import io.github.filelocked.FileLocked;
                            import java.util.function.UnaryOperator;
                            public class Job implements UnaryOperator<Object> {
                                @Override
                                @FileLocked("${dir}/woven")
                                public Object apply(Object body) {
                                    ((Runnable) body).run();
                                    return "done";
                                }
                            }
                            """)).isEmpty();
            try (URLClassLoader loader = Javac.load(classes)) {
                Class<?> type = loader.loadClass("fixture.Job");
                context = application(new Class<?>[] {WovenApplication.class, Woven.class, type})
                        .resourceLoader(new DefaultResourceLoader(loader))
                        .run();
                UnaryOperator<Object> job = (UnaryOperator<Object>) context.getBean(type);
                assertThat(job.apply((Runnable) () -> events.add("ran"))).isEqualTo("done");
                context.stop();
                assertIsShutDown(
                        catchThrowable(() -> job.apply((Runnable) () -> events.add("ran"))), "Job.apply(", "woven");
            }
            assertThat(events).containsExactly("ran");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({FileLockedAutoConfiguration.class, LifecycleAutoConfiguration.class})
    static class WovenApplication {}
}
