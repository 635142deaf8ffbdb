package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockNotHeldException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // Bodies hand stages over to the invoker as plain objects.
class ReleasingStageTest {

    @SuppressWarnings("unused")
    static class Jobs {

        @FileLocked(value = "#{#file}", timeout = "0")
        CompletionStage<String> start(Path file, Callable<CompletionStage<String>> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "0")
        CompletableFuture<String> startFuture(Path file, Callable<CompletableFuture<String>> body) throws Exception {
            return body.call();
        }

        @FileLocked("#{#file}")
        Object run(Path file, Callable<?> body) throws Exception {
            return body.call();
        }
    }

    @TempDir
    Path temporary;

    Path file;
    CompletableFuture<String> work = new CompletableFuture<>();
    Jobs jobs = new Jobs();
    FileLockedInvoker invoker = new FileLockedInvoker(FileLocks.create());

    @BeforeEach
    void resolveLinksOnTheWayToTheFile() throws IOException {
        file = temporary.toRealPath().resolve("counter.txt");
    }

    private CompletableFuture<?> start(CompletionStage<String> stage) throws Exception {
        return (CompletableFuture<?>) invoke("start", (Callable<?>) () -> stage);
    }

    private Object invoke(String method, Callable<?> body) throws Exception {
        try {
            return invoker.invoke(Call.of(jobs, method, file, body));
        } catch (Exception | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private boolean isFree() throws Exception {
        return Elsewhere.isFree(file);
    }

    /** A stage as a library of its own may have it: no future, and no way to make one of it. */
    @SuppressWarnings("unchecked")
    private static CompletionStage<String> foreign(CompletionStage<String> work) {
        return (CompletionStage<String>) Proxy.newProxyInstance(
                ReleasingStageTest.class.getClassLoader(),
                new Class<?>[] {CompletionStage.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("toCompletableFuture")) {
                        throw new UnsupportedOperationException("no future");
                    }
                    try {
                        return method.invoke(work, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    @Nested
    class WhileTheWorkGoesOn {

        @Test
        void theLockIsHeldAndTheReturnedStageIsOpen() throws Exception {
            CompletableFuture<?> returned = start(work);
            assertThat(returned).isNotDone();
            assertThat(isFree()).isFalse();
        }

        @Test
        void theCallingThreadOwnsNothing() throws Exception {
            CompletableFuture<?> unused = start(work);
            assertThat(FileLocks.create().tryAcquire(file)).isEmpty();
            assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> start(work));
            assertThat(LockedPath.find()).isEmpty();
        }

        @Test
        void theCallingThreadWaitsForItLikeAnyOther() throws Exception {
            CompletableFuture<?> unused = start(work);
            CompletableFuture<Boolean> completing = Elsewhere.start(() -> work.complete("done"));
            assertThat(invoke("run", () -> work.isDone())).isEqualTo(true);
            assertThat(completing).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        }

        @Test
        void aCarriedTaskSeesThePathUntilTheEnd() throws Exception {
            CompletableFuture<Callable<Path>> carried = new CompletableFuture<>();
            CompletableFuture<?> unused = (CompletableFuture<?>) invoke("start", () -> {
                carried.complete(LockedPath.carry(LockedPath::current));
                return work;
            });
            assertThat(Elsewhere.call(carried.join())).isEqualTo(file);
            work.complete("done");
            assertThatExceptionOfType(LockNotHeldException.class)
                    .isThrownBy(() -> carried.join().call());
        }
    }

    @Nested
    class WhenTheWorkCompletes {

        @Test
        void theReturnedStageCompletesAlike() throws Exception {
            CompletableFuture<?> returned = start(work);
            work.complete("done");
            assertThat(returned.isDone()).isTrue();
            assertThat(returned.join()).isEqualTo("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void anotherThreadMayCompleteIt() throws Exception {
            CompletableFuture<?> returned = start(work);
            assertThat(Elsewhere.call(() -> work.complete("done"))).isTrue();
            assertThat(returned.join()).isEqualTo("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void anExceptionIsHandedOn() throws Exception {
            CompletableFuture<?> returned = start(work);
            IOException failure = new IOException("the work failed");
            work.completeExceptionally(failure);
            assertThatThrownBy(returned::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isSameAs(failure);
            assertThat(failure.getSuppressed()).isEmpty();
            assertThat(isFree()).isTrue();
        }

        @Test
        void cancellingTheWorkCancelsTheReturnedStage() throws Exception {
            CompletableFuture<?> returned = start(work);
            work.cancel(true);
            assertThat(returned).isCancelled();
            assertThat(isFree()).isTrue();
        }

        @Test
        void whoeverSeesItCompleteFindsTheLockFree() throws Exception {
            CompletableFuture<?> returned = start(work);
            CompletableFuture<Boolean> seen = returned.handle((value, failure) -> {
                try {
                    return isFree();
                } catch (Exception problem) {
                    throw new CompletionException(problem);
                }
            });
            work.complete("done");
            assertThat(seen).isCompletedWithValue(true);
        }

        @Test
        void whoeverSeesItFailFindsTheLockFreeToo() throws Exception {
            CompletableFuture<?> returned = start(work);
            CompletableFuture<Boolean> seen = returned.handle((value, failure) -> {
                try {
                    return isFree();
                } catch (Exception problem) {
                    throw new CompletionException(problem);
                }
            });
            work.completeExceptionally(new IOException("the work failed"));
            assertThat(seen).isCompletedWithValue(true);
        }

        @Test
        void aStageThatIsCompleteAlreadyIsReleasedAtOnce() throws Exception {
            assertThat(start(CompletableFuture.completedFuture("done")).join()).isEqualTo("done");
            assertThat(isFree()).isTrue();
            assertThat(start(CompletableFuture.failedFuture(new IOException()))).isCompletedExceptionally();
            assertThat(isFree()).isTrue();
        }
    }

    @Nested
    class WhenTheReturnedStageIsEndedByItsCaller {

        @Test
        void cancellingItCancelsTheWork() throws Exception {
            CompletableFuture<?> returned = start(work);
            returned.cancel(true);
            assertThat(work).isCancelled();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(returned::join);
            assertThat(isFree()).isTrue();
        }

        @Test
        void theLockStaysWithWorkThatCannotBeCancelled() throws Exception {
            CompletableFuture<?> returned = start(foreign(work));
            returned.cancel(true);
            assertThat(isFree()).isFalse();
            work.complete("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void theLockStaysWithAMinimalStageThatRefusesToBeCancelled() throws Exception {
            CompletableFuture<?> returned = start(work.minimalCompletionStage());
            assertThat(returned.cancel(true)).isTrue();
            assertThat(isFree()).isFalse();
            work.complete("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void aTimeoutOfTheCallersDoesNotFreeTheLockOfWorkThatGoesOn() throws Exception {
            CompletableFuture<?> returned = start(work).orTimeout(1, TimeUnit.MILLISECONDS);
            assertThat(returned)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(TimeoutException.class);
            assertThat(work).isNotDone();
            assertThat(isFree()).isFalse();
            work.complete("late");
            assertThat(isFree()).isTrue();
        }

        @Test
        void completingItByHandDoesNotFreeTheLockEither() throws Exception {
            @SuppressWarnings("unchecked")
            CompletableFuture<String> returned = (CompletableFuture<String>) start(work);
            returned.complete("impatient");
            assertThat(isFree()).isFalse();
            work.complete("late");
            assertThat(isFree()).isTrue();
        }
    }

    @Nested
    class WhenTheStageIsOfAnotherKind {

        @Test
        void noneAtAllIsANormalReturn() throws Exception {
            assertThat(start(null)).isNull();
            assertThat(isFree()).isTrue();
        }

        @Test
        void oneWithoutAFutureIsHeldAllTheSame() throws Exception {
            CompletableFuture<?> returned = start(foreign(work));
            assertThat(isFree()).isFalse();
            work.complete("done");
            assertThat(returned.join()).isEqualTo("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void oneThatCannotBeListenedToFailsTheCallAndFreesTheLock() throws Exception {
            UnsupportedOperationException failure = new UnsupportedOperationException("no listeners");
            @SuppressWarnings("unchecked")
            CompletionStage<String> deaf = (CompletionStage<String>) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {CompletionStage.class}, (proxy, method, arguments) -> {
                        throw failure;
                    });
            assertThatThrownBy(() -> start(deaf)).isSameAs(failure);
            assertThat(isFree()).isTrue();
        }

        @Test
        void aMethodThatDeclaresAFutureGetsOne() throws Exception {
            Object returned = invoke("startFuture", () -> work);
            assertThat(returned).isInstanceOf(CompletableFuture.class);
            assertThat(isFree()).isFalse();
            work.complete("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void aBodyThatThrowsInsteadOfReturningOneFreesTheLock() throws Exception {
            IOException failure = new IOException("could not begin");
            assertThatThrownBy(() -> invoke("start", () -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(isFree()).isTrue();
        }
    }

    @Nested
    class InsideALockedMethodOfTheSamePath {

        @Test
        void theLockOutlivesTheOuterMethod() throws Exception {
            AtomicReference<CompletableFuture<?>> inner = new AtomicReference<>();
            invoke("run", () -> {
                inner.set(start(work));
                assertThat(LockedPath.current()).isEqualTo(file);
                // Not returned, or the outer method would hold its own lock for it as well.
                return null;
            });
            assertThat(isFree()).isFalse();
            work.complete("done");
            assertThat(inner.get()).isDone();
            assertThat(isFree()).isTrue();
        }

        @Test
        void anOuterMethodThatReturnsTheSameStageReleasesWithIt() throws Exception {
            CompletableFuture<?> returned = (CompletableFuture<?>) invoke("run", () -> start(work));
            assertThat(isFree()).isFalse();
            work.complete("done");
            assertThat(returned.join()).isEqualTo("done");
            assertThat(isFree()).isTrue();
        }

        @Test
        void theOuterMethodKeepsItsLockWhenTheWorkIsDone() throws Exception {
            invoke("run", () -> {
                CompletableFuture<?> returned = start(work);
                assertThat(LockedPath.current()).isEqualTo(file);
                work.complete("done");
                assertThat(returned).isDone();
                assertThat(isFree()).isFalse();
                assertThat(LockedPath.current()).isEqualTo(file);
                // And it may enter again, which it could not if the work had taken its own hold along.
                assertThat(start(CompletableFuture.completedFuture("again")).join())
                        .isEqualTo("again");
                return null;
            });
            assertThat(isFree()).isTrue();
        }

        @Test
        void theCallingThreadOwnsNothingAfterTheOuterMethod() throws Exception {
            invoke("run", () -> {
                CompletableFuture<?> unused = start(work);
                return null;
            });
            assertThat(FileLocks.create().tryAcquire(file)).isEmpty();
            work.complete("done");
            assertThat(isFree()).isTrue();
        }
    }
}
