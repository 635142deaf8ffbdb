package io.github.filelocked.spring;

import io.github.filelocked.FileLockedInvocation;
import io.github.filelocked.FileLockedInvoker;
import io.github.filelocked.lock.HeldLocks;
import java.util.Objects;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Holds a lock from the subscription to a publisher until it terminates or is cancelled. Waiting for the lock blocks a
 * thread of the elastic pool, and never the subscriber's.
 */
final class ReactiveLock {

    private ReactiveLock() {}

    /** A publisher of the type that acquires, runs the call's body, and passes on what that publishes. */
    static Object around(FileLockedInvoker invoker, Supplier<FileLockedInvocation> calls, Class<?> type) {
        ReactiveAdapter adapter = Objects.requireNonNull(
                ReactiveAdapterRegistry.getSharedInstance().getAdapter(type));
        Mono<Subscription> acquired = Mono.fromCallable(() -> acquire(invoker, calls.get()))
                .filter(subscription -> subscription.held != null)
                .subscribeOn(Schedulers.boundedElastic());
        return adapter.fromPublisher(
                adapter.isMultiValue()
                        ? Flux.usingWhen(acquired, subscription -> subscription.body(adapter), Subscription::release)
                        : Mono.usingWhen(
                                acquired,
                                subscription -> Mono.from(subscription.body(adapter)),
                                Subscription::release));
    }

    private static Subscription acquire(FileLockedInvoker invoker, FileLockedInvocation call) {
        return new Subscription(
                call, invoker.acquire(call).map(HeldLocks::detach).orElse(null));
    }

    private record Subscription(
            FileLockedInvocation call,
            @org.jspecify.annotations.Nullable HeldLocks held) {

        Publisher<Object> body(ReactiveAdapter adapter) {
            try {
                Object published = FileLockedInvoker.proceed(call, Objects.requireNonNull(held));
                return adapter.toPublisher(published);
            } catch (Throwable failure) {
                return Mono.error(failure);
            }
        }

        Publisher<Void> release() {
            return Mono.fromRunnable(() -> Objects.requireNonNull(held).close());
        }
    }
}
