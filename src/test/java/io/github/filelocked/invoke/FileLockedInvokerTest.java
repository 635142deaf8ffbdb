package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.LockedPath;
import io.github.filelocked.OnBusy;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileLockedInvokerTest {

    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("#{#p0}/composed")
    @interface Composed {}

    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("#{#p0}/other")
    @interface OtherComposed {}

    /** Says that the work may still go on, by an interface that does not. */
    interface Job {}

    static class StageJob extends CompletableFuture<String> implements Job {}

    /** Methods of many kinds; each runs the body it is given. */
    @SuppressWarnings("unused")
    static class Jobs {

        @FileLocked("#{#file}")
        Object run(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "0")
        Object once(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "#{#timeout}")
        Object timed(Path file, String timeout, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "${filelocked.test.timeout:0}")
        Object configured(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        Object skipped(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        void skippedVoid(Path file, Callable<?> body) throws Exception {
            body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        Optional<?> skippedOptional(Path file, Callable<?> body) throws Exception {
            return Optional.of(body.call());
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        CompletionStage<?> skippedStage(Path file, Callable<?> body) throws Exception {
            return CompletableFuture.completedStage(body.call());
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        CompletableFuture<?> skippedFuture(Path file, Callable<?> body) throws Exception {
            return CompletableFuture.completedFuture(body.call());
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        int skippedInt(Path file, Callable<?> body) throws Exception {
            return (int) body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
        Integer skippedInteger(Path file, Callable<?> body) throws Exception {
            return (Integer) body.call();
        }

        @FileLocked(value = "#{#file}", timeout = "80ms", onBusy = OnBusy.SKIP)
        Object skippedLater(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked("#{#file}")
        Job job(Path file, Callable<? extends Job> body) throws Exception {
            return body.call();
        }

        @FileLocked({"#{#first}", "#{#second}"})
        Object both(Path first, Path second, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(
                value = {"#{#first}", "#{#second}"},
                timeout = "0")
        Object bothAtOnce(Path first, Path second, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", lockMode = LockMode.SHARED, timeout = "0")
        Object shared(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked(value = "#{#file}", type = ResourceType.DIRECTORY)
        Object directory(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked("${filelocked.test.directory}/#{#name}")
        Object confined(String name, Callable<?> body) throws Exception {
            return body.call();
        }

        @Composed
        Object composed(Path directory, Callable<?> body) throws Exception {
            return body.call();
        }

        @Composed
        @OtherComposed
        Object twiceComposed(Path directory, Callable<?> body) throws Exception {
            return body.call();
        }

        Object plain(Path file, Callable<?> body) throws Exception {
            return body.call();
        }
    }

    @SuppressWarnings("unused")
    @FileLocked("#{#directory}/class")
    static class LockedClass {

        Object inherited(Path directory, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked("#{#directory}/method")
        Object own(Path directory, Callable<?> body) throws Exception {
            return body.call();
        }

        @Composed
        Object ownComposed(Path directory, Callable<?> body) throws Exception {
            return body.call();
        }
    }

    @SuppressWarnings("unused")
    static class Subclass extends LockedClass {
        Object added(Path directory, Callable<?> body) throws Exception {
            return body.call();
        }
    }

    @TempDir
    Path temporary;

    Path directory;
    Path file;
    Jobs jobs = new Jobs();
    FileLockedInvoker invoker = new FileLockedInvoker(FileLocks.create());

    @BeforeEach
    void resolveLinksOnTheWayToTheFile() throws IOException {
        directory = temporary.toRealPath();
        file = directory.resolve("counter.txt");
    }

    /** Asked for by the message, since a context that was left behind is that of a released lock. */
    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThatExceptionOfType(LockNotHeldException.class)
                .isThrownBy(LockedPath::current)
                .withMessageContaining("no path is locked on thread");
    }

    private Object invoke(String method, Object... arguments) throws Throwable {
        return invokeOn(jobs, method, arguments);
    }

    private Object invokeOn(Object target, String method, Object... arguments) throws Throwable {
        return invoker.invoke(Call.of(target, method, arguments));
    }

    private static Callable<?> unreachable() {
        return () -> {
            throw new AssertionError("the body ran without its lock");
        };
    }

    @Nested
    class WhenTheLockIsFree {

        @Test
        void theBodyRunsOnceUnderTheLockAndItsResultIsReturned() throws Throwable {
            AtomicInteger runs = new AtomicInteger();
            Object result = invoke("run", file, (Callable<?>) () -> {
                runs.incrementAndGet();
                assertThat(LockedPath.current()).isEqualTo(file);
                assertThat(Elsewhere.isFree(file)).isFalse();
                return "done";
            });
            assertThat(result).isEqualTo("done");
            assertThat(runs).hasValue(1);
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @Test
        void thePathIsAbsoluteAndCanonicalWhateverTheSpelling() throws Throwable {
            Path link = Files.createSymbolicLink(
                    directory.resolve("link"), Files.createDirectory(directory.resolve("real")));
            invoke("run", link.resolve("../real/./x.txt"), (Callable<?>) () -> {
                assertThat(LockedPath.current()).isEqualTo(directory.resolve("real/x.txt"));
                return null;
            });
        }

        @Test
        void theBodyMayEnterAgain() throws Throwable {
            Object result = invoke("run", file, (Callable<?>) () -> quietly("once", file, (Callable<?>) () -> "inner"));
            assertThat(result).isEqualTo("inner");
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @Test
        void anInnerCallForAnotherPathGivesTheOuterPathBack() throws Throwable {
            invoke("run", file, (Callable<?>) () -> {
                Path other = directory.resolve("other");
                assertThat(quietly("run", other, (Callable<?>) LockedPath::current))
                        .isEqualTo(other);
                assertThat(LockedPath.current()).isEqualTo(file);
                return null;
            });
        }

        @Test
        void sharedHoldersRunSideBySideAndKeepAnExclusiveOneOut() throws Throwable {
            invoke("shared", file, (Callable<?>) () -> {
                assertThat(Elsewhere.call(() -> quietly("shared", file, (Callable<?>) () -> "beside")))
                        .isEqualTo("beside");
                assertThat(Elsewhere.isFree(file)).isFalse();
                return null;
            });
        }

        @Test
        void anExclusiveCallInsideASharedOneIsRefusedAndNamesTheMethod() throws Throwable {
            invoke("shared", file, (Callable<?>) () -> {
                assertThatExceptionOfType(LockRefusedException.class)
                        .isThrownBy(() -> invoke("run", file, unreachable()))
                        .withMessageContaining("Jobs.run")
                        .withMessageContaining("shared");
                assertThat(LockedPath.current()).isEqualTo(file);
                return null;
            });
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @Test
        void aDirectoryIsLockedAsADirectory() throws Throwable {
            invoke("directory", directory, (Callable<?>) () -> {
                assertThat(LockedPath.current()).isEqualTo(directory);
                return null;
            });
            assertThat(directory.resolveSibling(directory.getFileName() + ".dir.lock"))
                    .exists();
            Files.delete(directory.resolveSibling(directory.getFileName() + ".dir.lock"));
        }

        @Test
        void theOperationNamesTheMethodForThoseWhoWait() throws Throwable {
            List<String> operations = new ArrayList<>();
            FileLocks listened = FileLocks.builder()
                    .listener(new LockListener() {
                        @Override
                        public void awaiting(LockRequest request) {
                            operations.add(request.operation());
                        }
                    })
                    .build();
            new FileLockedInvoker(listened).invoke(Call.of(jobs, "run", file, (Callable<?>) () -> null));
            assertThat(operations).containsExactly("FileLockedInvokerTest$Jobs.run");
        }

        @Test
        void aCallWhoseAnnotationIsNotToBeSeenIsRefusedInsteadOfRunUnlocked() {
            assertThatThrownBy(() -> invoke("plain", file, (Callable<?>) () -> {
                        throw new AssertionError("the body ran");
                    }))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("@Retention(RetentionPolicy.RUNTIME)");
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Nested
    class WhenTheBodyThrows {

        @ParameterizedTest
        @ValueSource(classes = {IOException.class, IllegalStateException.class, StackOverflowError.class})
        void theSameExceptionComesOutAndTheLockIsFree(Class<? extends Throwable> type) throws Exception {
            Throwable failure = type.getDeclaredConstructor().newInstance();
            Throwable thrown = catchThrowable(() -> invoke("run", file, (Callable<?>) () -> {
                return sneakyThrow(failure);
            }));
            assertThat(thrown).isSameAs(failure).hasNoSuppressedExceptions();
            assertThat(LockedPath.find()).isEmpty();
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @Test
        void aBusyLockThatTheBodyMeetsIsTheBodysFailureAndNoReasonToSkip() throws Exception {
            Path other = directory.resolve("other");
            try (Elsewhere.Holder holder = Elsewhere.hold(other)) {
                assertThat(holder).isNotNull();
                assertThatExceptionOfType(LockNotAcquiredException.class)
                        .isThrownBy(() ->
                                invoke("skipped", file, (Callable<?>) () -> quietly("once", other, unreachable())))
                        .satisfies(busy -> assertThat(busy.resource()).isEqualTo(other));
            }
        }
    }

    @Nested
    class WhenTheReleaseFails {

        private final FileLockingException broken = new FileLockingException("the release failed", null);
        private final AtomicInteger releases = new AtomicInteger();

        private FileLockedInvoker failing(boolean detachFails) {
            LockProvider provider = request -> new LockProvider.Grant() {
                @Override
                public void release() {
                    releases.incrementAndGet();
                    throw broken;
                }

                @Override
                public void detach() {
                    if (detachFails) {
                        throw new UnsupportedOperationException("cannot be detached");
                    }
                }

                @Override
                public boolean isValid() {
                    return true;
                }
            };
            return new FileLockedInvoker(FileLocks.builder().provider(provider).build());
        }

        @Test
        void theBodysExceptionWinsAndTheFailureIsSuppressed() {
            IOException failure = new IOException("the body failed");
            assertThatThrownBy(() -> failing(false).invoke(Call.of(jobs, "run", file, (Callable<?>) () -> {
                        throw failure;
                    })))
                    .isSameAs(failure)
                    .hasSuppressedException(broken);
            assertThat(releases).hasValue(1);
        }

        @Test
        void theFailureOfABodyThatEndedWellIsReported() {
            assertThatThrownBy(() -> failing(false).invoke(Call.of(jobs, "run", file, (Callable<?>) () -> "done")))
                    .isSameAs(broken);
            assertThat(LockedPath.find()).isEmpty();
        }

        @Test
        void aStageFailsWithItsOwnExceptionFirst() throws Throwable {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<?> returned =
                    (CompletableFuture<?>) failing(false).invoke(Call.of(jobs, "run", file, (Callable<?>) () -> work));
            IOException failure = new IOException("the work failed");
            work.completeExceptionally(failure);
            assertThat(returned).isCompletedExceptionally();
            assertThatThrownBy(returned::join).cause().isSameAs(failure).hasSuppressedException(broken);
        }

        @Test
        void aStageThatEndedWellFailsWithIt() throws Throwable {
            CompletableFuture<String> work = CompletableFuture.completedFuture("done");
            CompletableFuture<?> returned =
                    (CompletableFuture<?>) failing(false).invoke(Call.of(jobs, "run", file, (Callable<?>) () -> work));
            assertThatThrownBy(returned::join).cause().isSameAs(broken);
        }

        @Test
        void aLockThatCannotBeDetachedIsReleasedAllTheSame() {
            CompletableFuture<String> work = new CompletableFuture<>();
            assertThatThrownBy(() -> failing(true).invoke(Call.of(jobs, "run", file, (Callable<?>) () -> work)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasSuppressedException(broken);
            assertThat(releases).hasValue(1);
        }
    }

    @Nested
    class WhenAnotherHoldsTheLock {

        private Elsewhere.Holder holder;

        @BeforeEach
        void hold() throws Exception {
            holder = Elsewhere.hold(file);
        }

        @Test
        void oneAttemptFailsWithTheHolderAndTheBodyDoesNotRun() {
            assertThatExceptionOfType(LockNotAcquiredException.class)
                    .isThrownBy(() -> invoke("once", file, unreachable()))
                    .withMessageContaining(file.toString())
                    .withMessageContaining("elsewhere")
                    .withMessageContaining("Jobs.once");
            assertThat(LockedPath.find()).isEmpty();
        }

        @Test
        void theTimeoutMayComeFromAnArgument() {
            long start = System.nanoTime();
            assertThatExceptionOfType(LockNotAcquiredException.class)
                    .isThrownBy(() -> invoke("timed", file, "60ms", unreachable()));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        }

        @Test
        void theTimeoutMayComeFromAProperty() {
            System.setProperty("filelocked.test.timeout", "70ms");
            try {
                long start = System.nanoTime();
                assertThatExceptionOfType(LockNotAcquiredException.class)
                        .isThrownBy(() -> invoke("configured", file, unreachable()));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(70));
            } finally {
                System.clearProperty("filelocked.test.timeout");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"soon", "10", "-5s", "9999999999d"})
        void aBadTimeoutIsRefusedWithTheMethodAndTheCure(String timeout) {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> invoke("timed", file, timeout, unreachable()))
                    .withMessageContaining("Jobs.timed")
                    .withMessageContaining("timeout \"" + timeout + "\"")
                    .withMessageContaining("\"0\" for one attempt");
        }

        @Test
        void theDefaultTimeoutIsThatOfTheLocks() {
            FileLocks impatient =
                    FileLocks.builder().defaultTimeout(Duration.ZERO).build();
            assertThatExceptionOfType(LockNotAcquiredException.class)
                    .isThrownBy(
                            () -> new FileLockedInvoker(impatient).invoke(Call.of(jobs, "run", file, unreachable())));
        }

        @Test
        void withoutATimeoutItWaitsForTheRelease() throws Exception {
            CompletableFuture<Object> waiting = Elsewhere.start(() -> quietly("run", file, (Callable<?>) () -> "done"));
            assertThat(waiting).isNotDone();
            holder.close();
            assertThat(waiting).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("done");
        }

        @Test
        void anInterruptedCallHoldsNothingAndKeepsTheFlag() throws Exception {
            boolean interrupted = Elsewhere.call(() -> {
                Thread.currentThread().interrupt();
                assertThatExceptionOfType(LockInterruptedException.class)
                        .isThrownBy(() -> invoke("run", file, unreachable()));
                return Thread.interrupted();
            });
            assertThat(interrupted).isTrue();
        }

        @Test
        void skippingLeavesTheBodyOutAndReturnsTheEmptyValue() throws Throwable {
            assertThat(invoke("skipped", file, unreachable())).isNull();
            assertThat(invoke("skippedVoid", file, unreachable())).isNull();
            assertThat(invoke("skippedInteger", file, unreachable())).isNull();
            assertThat(invoke("skippedOptional", file, unreachable())).isEqualTo(Optional.empty());
            for (String stage : List.of("skippedStage", "skippedFuture")) {
                assertThat((CompletableFuture<?>) invoke(stage, file, unreachable()))
                        .as(stage)
                        .isCompletedWithValue(null);
            }
        }

        @Test
        void skippingWaitsForTheTimeoutFirst() throws Throwable {
            long start = System.nanoTime();
            assertThat(invoke("skippedLater", file, unreachable())).isNull();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
        }

        @Test
        void skippingAPrimitiveIsRefusedWhetherBusyOrNot() {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(LockRefusedException.class)
                        .isThrownBy(() -> invoke("skippedInt", file, unreachable()))
                        .withMessageContaining("skippedInt")
                        .withMessageContaining("onBusy = SKIP has no int to return")
                        .withMessageContaining("an Integer or an Optional, or use FAIL");
                holder.close();
            }
        }

        @Test
        void ofSeveralPathsNoneIsTakenIfOneIsBusy() throws Exception {
            Path other = directory.resolve("other");
            Path last = directory.resolve("zzz");
            for (Path free : List.of(other, last)) {
                assertThatExceptionOfType(LockNotAcquiredException.class)
                        .isThrownBy(() -> invoke("bothAtOnce", free, file, unreachable()));
                assertThatExceptionOfType(LockNotAcquiredException.class)
                        .isThrownBy(() -> invoke("bothAtOnce", file, free, unreachable()));
                assertThat(Elsewhere.isFree(free)).isTrue();
            }
        }
    }

    @Test
    void whatSkipsRunsTheBodyWhenTheLockIsFree() throws Throwable {
        assertThat(invoke("skipped", file, (Callable<?>) () -> "ran")).isEqualTo("ran");
        assertThat(invoke("skippedOptional", file, (Callable<?>) () -> "ran")).isEqualTo(Optional.of("ran"));
    }

    @Test
    void severalPathsAreSeenInTheOrderNamed() throws Throwable {
        Path a = directory.resolve("a");
        Path b = directory.resolve("b");
        for (List<Path> named : List.of(List.of(a, b), List.of(b, a), List.of(a, a))) {
            invoke("both", named.get(0), named.get(1), (Callable<?>) () -> {
                assertThat(LockedPath.all()).isEqualTo(named);
                assertThat(LockedPath.current()).isEqualTo(named.get(0));
                assertThat(Elsewhere.isFree(named.get(0))).isFalse();
                assertThat(Elsewhere.isFree(named.get(1))).isFalse();
                return null;
            });
            assertThat(Elsewhere.isFree(a)).isTrue();
            assertThat(Elsewhere.isFree(b)).isTrue();
        }
    }

    @Nested
    class WhereTheAnnotationStands {

        private Path lockedBy(Object target, String method) throws Throwable {
            return (Path) invokeOn(target, method, directory, (Callable<?>) LockedPath::current);
        }

        @Test
        void aClassesAnnotationAppliesToItsMethodsAndThoseOfItsSubclasses() throws Throwable {
            assertThat(lockedBy(new LockedClass(), "inherited")).isEqualTo(directory.resolve("class"));
            assertThat(lockedBy(new Subclass(), "inherited")).isEqualTo(directory.resolve("class"));
            assertThat(lockedBy(new Subclass(), "added")).isEqualTo(directory.resolve("class"));
        }

        @Test
        void aMethodsOwnAnnotationIsTakenInsteadOfItsClasses() throws Throwable {
            assertThat(lockedBy(new LockedClass(), "own")).isEqualTo(directory.resolve("method"));
            assertThat(lockedBy(new LockedClass(), "ownComposed")).isEqualTo(directory.resolve("composed"));
            assertThat(directory.resolve("class.lock")).doesNotExist();
        }

        @Test
        void aComposedAnnotationIsAsGood() throws Throwable {
            assertThat(lockedBy(jobs, "composed")).isEqualTo(directory.resolve("composed"));
        }

        @Test
        void twoComposedAnnotationsAreRefused() {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> invoke("twiceComposed", directory, unreachable()))
                    .withMessageContaining("twiceComposed")
                    .withMessageContaining("2 composed annotations");
        }
    }

    @Nested
    class WhenThePathIsBad {

        @BeforeEach
        void confine() {
            System.setProperty("filelocked.test.directory", directory.toString());
        }

        @AfterEach
        void forget() {
            System.clearProperty("filelocked.test.directory");
        }

        @ParameterizedTest
        @ValueSource(strings = {"../x", "a/../../x", "..", ".", "x\0y"})
        void itIsRefusedWithTheMethodAndNothingIsLeftBehind(String name) {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> invoke("confined", name, unreachable()))
                    .withMessageContaining("Jobs.confined");
            assertThat(directory).isEmptyDirectory();
        }

        @Test
        void aPathTooLongForTheSystemIsRefused() {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> invoke("confined", "x".repeat(5_000), unreachable()))
                    .withMessageContaining("Jobs.confined");
            assertThat(directory).isEmptyDirectory();
        }

        @Test
        void anEmptyOrMissingArgumentIsRefused() {
            for (String name : new String[] {"", null}) {
                assertThatExceptionOfType(LockRefusedException.class)
                        .isThrownBy(() -> invoke("confined", name, unreachable()))
                        .withMessageContaining("needs #{#name}");
            }
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Nested
    class WhenTheResultIsWorkThatGoesOnAndItsTypeDidNotSaySo {

        @Test
        void aFutureOrStreamOrPublisherIsLoudAndTheLockIsFree() throws Exception {
            try (SubmissionPublisher<String> publisher = new SubmissionPublisher<>()) {
                for (Object unfinished : List.of(new FutureTask<>(() -> "x"), Stream.of("x"), publisher)) {
                    assertThatExceptionOfType(LockRefusedException.class)
                            .isThrownBy(() -> invoke("run", file, (Callable<?>) () -> unfinished))
                            .withMessageContaining("Jobs.run")
                            .withMessageContaining(unfinished.getClass().getName())
                            .withMessageContaining("after the lock is released");
                    assertThat(Elsewhere.isFree(file)).isTrue();
                }
            }
        }

        @Test
        void aStageThatCannotBeReplacedIsLoudToo() throws Exception {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> invoke("job", file, (Callable<Job>) StageJob::new))
                    .withMessageContaining("Jobs.job")
                    .withMessageContaining(StageJob.class.getName());
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @Test
        void aStageThatCanBeReplacedKeepsTheLock() throws Throwable {
            CompletableFuture<String> work = new CompletableFuture<>();
            Object returned = invoke("run", file, (Callable<?>) () -> work);
            assertThat(Elsewhere.isFree(file)).isFalse();
            work.complete("done");
            assertThat((CompletableFuture<?>) returned).isCompletedWithValueMatching("done"::equals);
            assertThat(Elsewhere.isFree(file)).isTrue();
        }
    }

    @Test
    void afterTheCallTheCarriedContextThrows() throws Throwable {
        AtomicReference<Callable<?>> late = new AtomicReference<>();
        invoke("run", file, (Callable<?>) () -> {
            late.set(LockedPath.carry(LockedPath::current));
            return null;
        });
        assertThatExceptionOfType(LockNotHeldException.class)
                .isThrownBy(() -> late.get().call())
                .withMessageContaining(file.toString())
                .withMessageContaining("released");
    }

    /** For bodies, which may throw exceptions but no other throwables. */
    private Object quietly(String method, Object... arguments) throws Exception {
        try {
            return invoke(method, arguments);
        } catch (Throwable failure) {
            return sneakyThrow(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneakyThrow(Throwable failure) throws E {
        throw (E) failure;
    }
}
