package io.github.filelocked.spring;

import io.github.filelocked.HeldLocks;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockInterruptedException;
import java.util.Objects;
import java.util.Optional;
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

        /** Publishes what the body returns; completes without it if the body is to be left out. */
        Mono<Publisher<Object>> body() {
            return Mono.fromCallable(this::acquireAndRun).subscribeOn(WAITERS);
        }

        /**
         * The thread that has acquired runs the body, and gives up the lock to the subscription only afterwards: what the body
         * calls for the same path enters again, as it would without a publisher.
         */
        private @Nullable Publisher<Object> acquireAndRun() {
            HeldLocks acquired = acquire();
            if (acquired == null || !keep(acquired)) {
                return null;
            }
            try {
                return run(acquired);
            } finally {
                detach(acquired);
            }
        }

        private Publisher<Object> run(HeldLocks locks) {
            try {
                return adapter.toPublisher(FileLockedInvoker.proceed(call, locks));
            } catch (Throwable failure) {
                return Mono.error(failure);
            }
        }

        private @Nullable HeldLocks acquire() {
            try {
                return invoker.acquire(call).orElse(null);
            } catch (LockInterruptedException interrupted) {
                if (hasEnded()) {
                    return null; // The cancellation itself was the interrupt.
                }
                throw interrupted;
            }
        }

        private synchronized boolean hasEnded() {
            return ended;
        }

        /** Gives the locks back if nobody waits for the body any more. */
        private boolean keep(HeldLocks acquired) {
            if (hasEnded()) {
                acquired.close();
                return false;
            }
            return true;
        }

        /** Locks that nobody waits for any more are given back by their owner. */
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
