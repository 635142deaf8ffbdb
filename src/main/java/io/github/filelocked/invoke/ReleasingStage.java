package io.github.filelocked.invoke;

import io.github.filelocked.HeldLocks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds locks until a stage completes. */
final class ReleasingStage {

    private ReleasingStage() {}

    /**
     * A stage that completes as the given one does, after the release: who sees it complete finds the lock free. To
     * cancel it is to cancel the given one; the lock stays until that has completed.
     *
     * @param check throws if the value of the given stage cannot be released, which the returned stage then tells
     */
    static CompletableFuture<@Nullable Object> of(
            CompletionStage<?> work, HeldLocks held, Consumer<@Nullable Object> check) {
        CompletableFuture<@Nullable Object> released = new CompletableFuture<>();
        try {
            held.detach();
            CompletionStage<?> unused =
                    work.whenComplete((value, failure) -> complete(released, value, failure, held, check));
        } catch (RuntimeException | Error noStage) {
            held.closeAfter(noStage);
            throw noStage;
        }
        if (work instanceof Future<?> cancellable) {
            CompletableFuture<?> unused = released.whenComplete((value, failure) -> {
                if (released.isCancelled()) {
                    cancellable.cancel(true);
                }
            });
        }
        return released;
    }

    private static void complete(
            CompletableFuture<@Nullable Object> released,
            @Nullable Object value,
            @Nullable Throwable failure,
            HeldLocks held,
            Consumer<@Nullable Object> check) {
        if (failure != null) {
            held.closeAfter(failure);
            released.completeExceptionally(failure);
            return;
        }
        try {
            try (held) {
                check.accept(value);
            }
            released.complete(value);
        } catch (Throwable refusedOrNotReleased) {
            released.completeExceptionally(refusedOrNotReleased);
        }
    }
}
