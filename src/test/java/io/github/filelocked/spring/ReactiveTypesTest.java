package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import io.github.filelocked.OnBusy;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.ParallelFlux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Each kind of publisher that Spring knows. */
@Timeout(60)
class ReactiveTypesTest {

    @TempDir
    Path directory;

    private AnnotationConfigApplicationContext context;
    private Service service;
    private Path file;

    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    static class Service {
        @FileLocked("${dir}/x")
        public Flux<Path> flux(Flux<Path> work) {
            return work;
        }

        @FileLocked("${dir}/x")
        public Mono<Path> mono(Flux<Path> work) {
            return work.next();
        }

        @FileLocked("${dir}/x")
        public Publisher<Path> publisher(Flux<Path> work) {
            return work;
        }

        @FileLocked("${dir}/x")
        public Flow.Publisher<Path> flow(Flux<Path> work) {
            return JdkFlowAdapter.publisherToFlowPublisher(work);
        }

        @FileLocked("${dir}/x")
        public Flowable<Path> flowable(Flux<Path> work) {
            return Flowable.fromPublisher(work);
        }

        @FileLocked("${dir}/x")
        public Observable<Path> observable(Flux<Path> work) {
            return Observable.fromPublisher(work);
        }

        @FileLocked("${dir}/x")
        public Single<Path> single(Flux<Path> work) {
            return Single.fromPublisher(work);
        }

        @FileLocked("${dir}/x")
        public Maybe<Path> maybe(Flux<Path> work) {
            return Maybe.fromPublisher(work);
        }

        @FileLocked("${dir}/x")
        public Completable completable(Flux<Path> work) {
            return Completable.fromPublisher(work);
        }

        @FileLocked("${dir}/x")
        public Single<Path> failing() throws IOException {
            throw new IOException("no body at " + LockedPath.current().getFileName());
        }

        @FileLocked(value = "${dir}/x", timeout = "0", onBusy = OnBusy.SKIP)
        public Maybe<Path> orSkip() {
            return Maybe.just(LockedPath.current());
        }

        @FileLocked(value = "${dir}/x", timeout = "0")
        public Flow.Publisher<Path> orFail() {
            return JdkFlowAdapter.publisherToFlowPublisher(Flux.just(LockedPath.current()));
        }
    }

    enum Kind {
        FLUX,
        MONO,
        PUBLISHER,
        FLOW,
        FLOWABLE,
        OBSERVABLE,
        SINGLE,
        MAYBE,
        COMPLETABLE;

        Flux<Object> call(Service service, Flux<Path> work) {
            return published(
                    switch (this) {
                        case FLUX -> service.flux(work);
                        case MONO -> service.mono(work);
                        case PUBLISHER -> service.publisher(work);
                        case FLOW -> service.flow(work);
                        case FLOWABLE -> service.flowable(work);
                        case OBSERVABLE -> service.observable(work);
                        case SINGLE -> service.single(work);
                        case MAYBE -> service.maybe(work);
                        case COMPLETABLE -> service.completable(work);
                    });
        }
    }

    private static Flux<Object> published(Object returned) {
        return Flux.from(ReactiveAdapterRegistry.getSharedInstance()
                .getAdapter(returned.getClass())
                .toPublisher(returned));
    }

    /** The work of a body until the test ends it. */
    private static final class Work {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<Path> end = new CompletableFuture<>();

        Flux<Path> flux() {
            return Mono.fromFuture(end).flux().doOnSubscribe(subscription -> begun.countDown());
        }

        void awaitBegin() throws InterruptedException {
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @BeforeEach
    void start() {
        context = Contexts.started(directory, Enabled.class, Service.class);
        service = context.getBean(Service.class);
        file = directory.resolve("x");
    }

    @AfterEach
    void stop() {
        context.close();
    }

    @Nested
    class EachKind {

        private final Work work = new Work();

        @ParameterizedTest
        @EnumSource(Kind.class)
        void isLockedFromTheSubscriptionToItsEnd(Kind kind) throws Exception {
            Flux<Object> published = kind.call(service, work.flux());
            assertThat(Elsewhere.isFree(file)).isTrue();

            CompletableFuture<List<Object>> result = published.collectList().toFuture();
            work.awaitBegin();
            assertThat(Elsewhere.isFree(file)).isFalse();

            work.end.complete(directory);
            assertThat(result.get(20, TimeUnit.SECONDS))
                    .isEqualTo(kind == Kind.COMPLETABLE ? List.of() : List.of(directory));
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @ParameterizedTest
        @EnumSource(Kind.class)
        void isReleasedWhenItIsCancelled(Kind kind) throws Exception {
            Disposable subscription = kind.call(service, work.flux()).subscribe();
            work.awaitBegin();
            assertThat(Elsewhere.isFree(file)).isFalse();

            subscription.dispose();
            Elsewhere.call(() -> {
                FileLocks.create().acquire(file, Duration.ofSeconds(10)).close();
                return null;
            });
        }

        @ParameterizedTest
        @EnumSource(Kind.class)
        void keepsItsFailureAndIsReleased(Kind kind) throws Exception {
            CompletableFuture<List<Object>> result =
                    kind.call(service, work.flux()).collectList().toFuture();
            work.awaitBegin();

            IOException failure = new IOException("broken");
            work.end.completeExceptionally(failure);
            assertThat(result)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isSameAs(failure);
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @ParameterizedTest
        @EnumSource(Kind.class)
        void doesNotHaveAnEventLoopWaitForTheLock(Kind kind) throws Exception {
            Scheduler eventLoop = Schedulers.newParallel("event-loop", 1, true);
            CompletableFuture<List<Object>> result;
            try (HeldLock held = FileLocks.create().acquire(file)) {
                result = kind.call(service, work.flux())
                        .subscribeOn(eventLoop)
                        .collectList()
                        .toFuture();
                // The loop's only thread has subscribed, and is free for other work.
                CompletableFuture<Boolean> later = new CompletableFuture<>();
                eventLoop.schedule(() -> later.complete(Schedulers.isInNonBlockingThread()));
                assertThat(later.get(10, TimeUnit.SECONDS)).isTrue();
                assertThat(held.isHeld()).isTrue();
                assertThat(work.begun.getCount()).isEqualTo(1);
            } finally {
                eventLoop.dispose();
            }
            work.end.complete(directory);
            assertThat(result).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void aBodyThatThrowsBeforeItReturnsAPublisherIsTheOutcome() throws Exception {
        assertThat(published(service.failing()).collectList().toFuture())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class)
                .withMessage("no body at x");
        assertThat(Elsewhere.isFree(file)).isTrue();
    }

    @Test
    void aBusyLockIsAnEmptyEndOrAFailedOne() {
        try (HeldLock held = FileLocks.create().acquire(file)) {
            assertThat(service.orSkip().isEmpty().blockingGet()).isTrue();
            assertThat(published(service.orFail()).collectList().toFuture())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LockNotAcquiredException.class);
            assertThat(held.isHeld()).isTrue();
        }
        assertThat(service.orSkip().blockingGet()).isEqualTo(file);
    }

    static class SkippedSingle {
        @FileLocked(value = "${dir}/x", onBusy = OnBusy.SKIP)
        public Single<Path> run() {
            return Single.just(LockedPath.current());
        }
    }

    static class OtherPublisher {
        @FileLocked("${dir}/x")
        public ParallelFlux<Path> run() {
            return Flux.just(LockedPath.current()).parallel();
        }
    }

    @Test
    void whatCouldNotEndOrNotBeReplacedIsRefusedAtTheStart() {
        Contexts.assertThatRefused(() -> Contexts.started(directory, Enabled.class, SkippedSingle.class))
                .hasMessageContainingAll("SkippedSingle.run", "leaves a Single without a value");
        Contexts.assertThatRefused(() -> Contexts.started(directory, Enabled.class, OtherPublisher.class))
                .hasMessageContainingAll("OtherPublisher.run", "the work of a reactor.core.publisher.ParallelFlux");
    }

    /** Otherwise a few thousand requests that wait exhaust the threads of a system. */
    @Test
    void aThousandSubscriptionsThatWaitCostAFewThreads() throws Exception {
        int many = 1_000;
        FileLocks locks = FileLocks.create();
        HeldLock holder = locks.acquire(file);
        AtomicInteger served = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            Disposable unused = service.mono(Flux.just(directory))
                    .doFinally(end -> all.countDown())
                    .subscribe(path -> served.incrementAndGet());
        }
        Traces.awaitWaiters(holder.lockFile(), many);
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("filelocked"))
                .count();
        assertThat(threads).as("threads that wait").isLessThan(10);
        holder.close();
        assertThat(all.await(40, TimeUnit.SECONDS)).isTrue();
        assertThat(served).hasValue(many);
    }
}
