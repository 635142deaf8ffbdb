package io.github.filelocked.spring;

import io.github.filelocked.FileLockedInvocation;
import io.github.filelocked.FileLockedInvoker;
import io.github.filelocked.lock.HeldLocks;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Holds a lock from the subscription to a publisher until it terminates or is cancelled. Waiting for the lock blocks a
 * thread made for it, and never the subscriber's.
 */
final class ReactiveLock {

    /** As many as wait: in a bounded pool, waiters could take the threads that the holder needs to come to its end. */
    private static final Scheduler WAITERS = Schedulers.fromExecutorService(Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "filelocked-reactive-waiter");
        thread.setDaemon(true);
        return thread;
    }));

    private ReactiveLock() {}

    /** A publisher of the type that acquires, runs the call's body, and passes on what that publishes. */
    static Object around(FileLockedInvoker invoker, Supplier<FileLockedInvocation> calls, Class<?> type) {
        ReactiveAdapter adapter = Objects.requireNonNull(
                ReactiveAdapterRegistry.getSharedInstance().getAdapter(type));
        Mono<Subscription> acquired = Mono.fromCallable(() -> acquire(invoker, calls.get()))
                .subscribeOn(WAITERS)
                .doOnDiscard(Subscription.class, Subscription::close); // Acquired just when the subscriber cancelled.
        Publisher<?> published = adapter.isMultiValue()
                ? Flux.usingWhen(
                        acquired,
                        subscription -> subscription.body(adapter),
                        Subscription::release,
                        Subscription::releaseAfter,
                        Subscription::release)
                : Mono.usingWhen(
                        acquired,
                        subscription -> Mono.from(subscription.body(adapter)),
                        Subscription::release,
                        Subscription::releaseAfter,
                        Subscription::release);
        return adapter.fromPublisher(published);
    }

    /** Null, which completes without a value, if the body is to be left out. */
    private static @Nullable Subscription acquire(FileLockedInvoker invoker, FileLockedInvocation call) {
        HeldLocks held = invoker.acquire(call).orElse(null);
        if (held == null) {
            return null;
        }
        try {
            return new Subscription(call, held.detach());
        } catch (RuntimeException | Error failure) {
            try (held) {
                throw failure;
            }
        }
    }

    private record Subscription(FileLockedInvocation call, HeldLocks held) {

        Publisher<Object> body(ReactiveAdapter adapter) {
            try {
                return adapter.toPublisher(FileLockedInvoker.proceed(call, held));
            } catch (Throwable failure) {
                return Mono.error(failure);
            }
        }

        void close() {
            held.close();
        }

        Publisher<Void> release() {
            return Mono.fromRunnable(held::close);
        }

        /** The body's failure wins. */
        Publisher<Void> releaseAfter(Throwable bodyFailure) {
            return Mono.<Void>fromRunnable(held::close).onErrorResume(releaseFailure -> {
                bodyFailure.addSuppressed(releaseFailure);
                return Mono.empty();
            });
        }
    }
}
