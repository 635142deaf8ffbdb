package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import io.github.filelocked.OnBusy;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockRefusedException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

@Timeout(30)
class ProxiedBeanTest {

    @TempDir
    Path directory;

    private final FileLocks locks = FileLocks.create();

    private AnnotationConfigApplicationContext context(Class<?>... configuration) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("dir", directory.toString())));
        context.register(configuration);
        context.refresh();
        return context;
    }

    @Configuration
    @EnableFileLocking
    static class Enabled {
        @Bean
        Naming naming() {
            return new Naming();
        }
    }

    static class Naming {
        public String suffix() {
            return "from-bean";
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("unused")
    @interface ConfigLocked {
        @AliasFor(annotation = FileLocked.class, attribute = "value")
        String[] path();
    }

    static class Service {

        @FileLocked("${dir}/plain")
        public Path plain() {
            return LockedPath.current();
        }

        @FileLocked("${dir}/#{#user.toUpperCase()}-#{#p1}-#{#root.method.name}-#{@naming.suffix()}")
        public Path expressions(String user, int number) {
            return LockedPath.current();
        }

        @ConfigLocked(path = "${dir}/composed")
        public Path composed() {
            return LockedPath.current();
        }

        @FileLocked(value = "${dir}/plain", timeout = "0")
        public Path once() {
            return LockedPath.current();
        }

        @FileLocked(value = "${dir}/plain", timeout = "0", onBusy = OnBusy.SKIP)
        public Path orSkip() {
            return LockedPath.current();
        }

        @FileLocked("${dir}/plain")
        public CompletableFuture<Path> later(CompletableFuture<Path> work) {
            return work;
        }

        @FileLocked("${dir}/plain")
        public Mono<Path> mono(Mono<Path> work) {
            LockedPath.current();
            return work;
        }

        @FileLocked("${dir}/plain")
        public Mono<Path> ofThePool() {
            return Mono.fromCallable(LockedPath::find)
                    .map(none -> directory())
                    .subscribeOn(Schedulers.boundedElastic());
        }

        private Path directory() {
            return Path.of("done");
        }

        @FileLocked("${dir}/plain")
        public Flux<Path> flux(Flux<Path> work) {
            return work;
        }
    }

    @Nested
    class AnAnnotatedMethod {

        @Test
        void runsUnderItsLock() {
            try (var context = context(Enabled.class, Service.class)) {
                Service service = context.getBean(Service.class);
                assertThat(service.plain()).isEqualTo(directory.resolve("plain"));
                assertThat(service.composed()).isEqualTo(directory.resolve("composed"));
                assertThat(service.expressions("ann", 3)).isEqualTo(directory.resolve("ANN-3-expressions-from-bean"));
                assertThatThrownBy(() -> service.expressions("../x", 3)).isInstanceOf(LockRefusedException.class);
            }
        }

        @Test
        void failsOrIsLeftOutIfOthersHoldTheLock() throws Exception {
            try (var context = context(Enabled.class, Service.class)) {
                Service service = context.getBean(Service.class);
                try (HeldLock held = locks.acquire(directory.resolve("plain"))) {
                    CompletableFuture.runAsync(() -> {
                                assertThatThrownBy(service::once).isInstanceOf(LockNotAcquiredException.class);
                                assertThat(service.orSkip()).isNull();
                            })
                            .get();
                    assertThat(held.isHeld()).isTrue();
                }
            }
        }

        @Test
        void holdsUntilItsStageCompletes() {
            try (var context = context(Enabled.class, Service.class)) {
                CompletableFuture<Path> work = new CompletableFuture<>();
                CompletableFuture<Path> returned =
                        context.getBean(Service.class).later(work);
                assertThat(locks.tryAcquire(directory.resolve("plain"))).isEmpty();
                work.complete(directory);
                assertThat(returned).isCompletedWithValue(directory);
                locks.acquire(directory.resolve("plain"), Duration.ZERO).close();
            }
        }

        @Test
        void holdsFromSubscriptionToTermination() {
            try (var context = context(Enabled.class, Service.class)) {
                Service service = context.getBean(Service.class);
                Sinks.One<Path> work = Sinks.one();
                Mono<Path> mono = service.mono(work.asMono());
                locks.acquire(directory.resolve("plain"), Duration.ZERO).close();

                CompletableFuture<Path> result = mono.toFuture();
                while (work.currentSubscriberCount() == 0) {
                    Thread.onSpinWait();
                }
                assertThat(locks.tryAcquire(directory.resolve("plain"))).isEmpty();
                work.tryEmitValue(directory).orThrow();
                assertThat(result.join()).isEqualTo(directory);
                locks.acquire(directory.resolve("plain"), Duration.ZERO).close();

                assertThat(service.flux(Flux.just(directory, directory))
                                .collectList()
                                .block())
                        .isEqualTo(List.of(directory, directory));
                locks.acquire(directory.resolve("plain"), Duration.ZERO).close();
            }
        }
    }

    @Nested
    class ManySubscriptions {

        @Test
        void comeToTheirEndAlsoIfTheirWorkNeedsThePoolOfTheSubscribers() {
            try (var context = context(Enabled.class, Service.class)) {
                Service service = context.getBean(Service.class);
                assertThat(Flux.range(0, 60)
                                .flatMap(i -> service.ofThePool(), 60)
                                .collectList()
                                .block(Duration.ofSeconds(20)))
                        .hasSize(60);
            }
        }

        @Test
        void leaveNoLockBehindIfTheyAreCancelledAtAnyMoment() {
            try (var context = context(Enabled.class, Service.class)) {
                Service service = context.getBean(Service.class);
                for (int i = 0; i < 5_000; i++) {
                    service.mono(Mono.never()).subscribe().dispose();
                }
                locks.acquire(directory.resolve("plain"), Duration.ofSeconds(20))
                        .close();
            }
        }
    }

    static class Inner {
        @FileLocked("${dir}/plain")
        public Path plain() {
            return LockedPath.current();
        }
    }

    static class Outer {
        private final Inner inner;

        Outer(Inner inner) {
            this.inner = inner;
        }

        @FileLocked("${dir}/plain")
        public Mono<Path> mono() {
            return Mono.just(inner.plain());
        }

        @FileLocked("${dir}/plain")
        public Flux<Path> flux() {
            return Flux.just(inner.plain());
        }
    }

    @Test
    void theBodyOfAPublisherMayCallALockedMethodForTheSamePath() {
        try (var context = context(Enabled.class, Inner.class, Outer.class)) {
            Outer outer = context.getBean(Outer.class);
            assertThat(outer.mono().block(Duration.ofSeconds(10))).isEqualTo(directory.resolve("plain"));
            assertThat(outer.flux().collectList().block(Duration.ofSeconds(10)))
                    .containsExactly(directory.resolve("plain"));
            locks.acquire(directory.resolve("plain"), Duration.ofSeconds(20)).close();
        }
    }

    static class FinalMethod {
        @FileLocked("${dir}/x")
        public final void rewrite() {}
    }

    static class Broken {
        @FileLocked(value = "${dir}/x", timeout = "10")
        public void duration() {}

        @FileLocked("${nowhere}/x")
        public void property() {}

        @FileLocked("${dir}/#{#a b}")
        public void expression() {}

        @FileLocked("${dir}/#{#usr}")
        public void parameter(String user) {}

        @FileLocked(value = "${dir}/x", onBusy = OnBusy.SKIP)
        public int primitive() {
            return 1;
        }
    }

    @Test
    void whatCannotBeLockedHasTheContextFail() {
        Contexts.assertThatRefused(() -> context(Enabled.class, FinalMethod.class))
                .hasMessageContaining("FinalMethod.rewrite")
                .hasMessageContaining("final");
        Contexts.assertThatRefused(() -> context(Enabled.class, Broken.class))
                .hasMessageContainingAll(
                        "Broken.duration",
                        "Broken.property",
                        "Broken.expression",
                        "Broken.parameter",
                        "Broken.primitive");
    }
}
