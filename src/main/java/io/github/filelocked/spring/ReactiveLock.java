package io.github.filelocked.spring;

import io.github.filelocked.HeldLocks;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Holds a lock from the subscription to a publisher until it terminates or is cancelled. No thread waits for the lock,
 * least of all the subscriber's.
 */
final class ReactiveLock {

    private ReactiveLock() {}

    /** Returns a publisher of the type that acquires, runs the call's body, and passes on what that publishes. */
    static Object around(FileLockedInvoker invoker, Supplier<FileLockedInvocation> calls, Class<?> type) {
        ReactiveAdapter adapter = Objects.requireNonNull(
                ReactiveAdapterRegistry.getSharedInstance().getAdapter(type));
        // What is cleaned up is there before anything is acquired, so that a cancellation at any moment finds it.
        Mono<Subscription> subscription = Mono.fromSupplier(() -> new Subscription(invoker, calls.get(), adapter));
        Publisher<?> published = adapter.isMultiValue()
                ? Flux.usingWhen(
                        subscription,
                        it -> it.body().flatMapMany(body -> body),
                        Subscription::release,
                        Subscription::releaseAfter,
                        Subscription::release)
                : Mono.usingWhen(
                        subscription,
                        it -> it.body().flatMap(Mono::from),
                        Subscription::release,
                        Subscription::releaseAfter,
                        Subscription::release);
        return adapter.fromPublisher(published);
    }

    /** One subscription: it ends once, and locks that come later than that are given back at once. */
    private static final class Subscription {

        private final FileLockedInvoker invoker;
        private final FileLockedInvocation call;
        private final ReactiveAdapter adapter;
        private @Nullable HeldLocks held;
        private boolean ended;

        Subscription(FileLockedInvoker invoker, FileLockedInvocation call, ReactiveAdapter adapter) {
            this.invoker = invoker;
            this.call = call;
            this.adapter = adapter;
        }

        /** Publishes what the body returns; completes without it if the body is skipped. */
        Mono<Publisher<Object>> body() {
            return Mono.create(sink -> {
                CompletableFuture<Optional<HeldLocks>> acquisition = invoker.acquireAsync(call);
                sink.onDispose(() -> acquisition.cancel(true));
                CompletableFuture<?> unused = acquisition.whenComplete((acquired, failure) -> {
                    if (failure != null) {
                        sink.error(failure);
                    } else {
                        sink.success(acquired.map(this::run).orElse(null));
                    }
                });
            });
        }

        /**
         * Runs the body on this thread as the owner of the lock, and gives the lock up to the subscription afterwards:
         * what the body calls for the same path enters again, as it would without a publisher.
         */
        private Publisher<Object> run(HeldLocks acquired) {
            try {
                if (hasEnded()) {
                    return Mono.empty(); // The subscriber has cancelled.
                }
                acquired.attach();
                return adapter.toPublisher(FileLockedInvoker.proceed(call, acquired));
            } catch (Throwable failure) {
                return Mono.error(failure);
            } finally {
                detach(acquired);
            }
        }

        private synchronized boolean hasEnded() {
            return ended;
        }

        /** Gives back locks whose subscriber has cancelled; their owner does it. */
        private void detach(HeldLocks acquired) {
            synchronized (this) {
                if (!ended) {
                    acquired.detach();
                    held = acquired;
                    return;
                }
            }
            acquired.close();
        }

        private void end() {
            Optional.ofNullable(takeLast()).ifPresent(HeldLocks::close);
        }

        private synchronized @Nullable HeldLocks takeLast() {
            ended = true;
            HeldLocks last = held;
            held = null;
            return last;
        }

        Publisher<Void> release() {
            return Mono.fromRunnable(this::end);
        }

        /** The body's failure wins. */
        Publisher<Void> releaseAfter(Throwable bodyFailure) {
            return Mono.fromRunnable(
                    () -> Optional.ofNullable(takeLast()).ifPresent(last -> last.closeAfter(bodyFailure)));
        }
    }
}
