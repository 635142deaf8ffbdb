package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockRefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import java.util.Spliterator;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ReturnTypesTest {

    /** An application's own interface of one method, which says that it is one. */
    @FunctionalInterface
    interface Step {
        void run();
    }

    interface NamedStep extends Supplier<String> {}

    /** Its own, which has the shape of a reactive type. */
    interface Source {
        void subscribe(Observer observer);
    }

    interface Observer {
        void onError(Throwable failure);
    }

    /** Its own, which has the shape of a future. */
    interface Promise {
        boolean isComplete();

        void onComplete(Runnable callback);
    }

    static class Lines implements Iterator<String> {
        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public String next() {
            throw new UnsupportedOperationException();
        }
    }

    record Report(String name, List<String> lines) {}

    enum Operator implements IntBinaryOperator {
        PLUS {
            @Override
            public int applyAsInt(int left, int right) {
                return left + right;
            }
        }
    }

    /** An application's class that happens to be a task, to be closed, and to be listened to. */
    static class Account implements Supplier<String>, Runnable, Closeable {
        @Override
        public String get() {
            return "";
        }

        @Override
        public void run() {}

        @Override
        public void close() {}

        public void subscribe(String plan) {}

        public void addListener(Runnable listener) {}

        public boolean isComplete(String what) {
            return true;
        }
    }

    interface Page extends Iterable<String> {
        int number();
    }

    static class Box<T> {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    interface Unfinished {
        Callable<String> callable();

        Supplier<String> supplier();

        BooleanSupplier booleanSupplier();

        Runnable runnable();

        Function<String, String> function();

        Step step();

        NamedStep namedStep();

        Iterator<String> iterator();

        Spliterator<String> spliterator();

        Enumeration<String> enumeration();

        Scanner scanner();

        Lines lines();

        InputStream inputStream();

        OutputStream outputStream();

        Reader reader();

        Writer writer();

        FileChannel channel();

        RandomAccessFile randomAccessFile();

        DirectoryStream<Path> directoryStream();

        ZipFile zipFile();

        ResultSet resultSet();

        Process process();

        Flow.Subscription subscription();

        Source source();

        Promise promise();

        List<Future<String>> futures();

        List<CompletableFuture<String>> stages();

        Optional<Stream<String>> optionalStream();

        Map<String, Supplier<String>> suppliers();

        CompletableFuture<Stream<String>> stageOfStream();

        CompletionStage<CompletionStage<String>> stageOfStage();

        CompletionStage<List<Iterator<String>>> stageOfIterators();

        List<? extends Future<?>> wildcard();

        <T extends Future<?>> T variable();

        <T extends Future<?>> List<T> ofVariable();

        Future<?>[] array();

        List<Stream<String>[]> listOfArrays();

        Box<InputStream> box();
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    interface Finished {
        void nothing();

        int number();

        byte[] bytes();

        String text();

        CharSequence characters();

        Object object();

        BigDecimal decimal();

        Path path();

        File file();

        URI uri();

        UUID uuid();

        Date date();

        LocalDate localDate();

        TimeUnit unit();

        Operator operator();

        Report report();

        Account account();

        /** It tells who did the work more often than who will. */
        Thread thread();

        Closeable closeable();

        AutoCloseable autoCloseable();

        Page page();

        Iterable<String> iterable();

        List<String> list();

        Set<Path> set();

        Map<String, List<Report>> map();

        Optional<Report> optional();

        String[] array();

        Class<Future<?>> type();

        ByteArrayInputStream inMemory();

        ByteArrayOutputStream outMemory();

        StringReader stringReader();

        StringWriter stringWriter();

        CompletionStage<List<Report>> stage();

        CompletableFuture<Void> future();

        ExecutorService executor();

        Comparable<String> comparable();

        <T extends Comparable<T>> T recursive();

        <T> List<T> ofAnything();

        List<?> unknown();

        List<? super Future<?>> ofAnySupertype();
    }

    static Stream<Method> unfinished() {
        return Arrays.stream(Unfinished.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    static Stream<Method> finished() {
        return Arrays.stream(Finished.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    private static Optional<Class<?>> unfinishedIn(Method method) {
        return ReturnTypes.unfinishedIn(method, type -> false);
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    void workThatMayGoOnIsFound(Method method) {
        assertThat(unfinishedIn(method)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("finished")
    void whatIsFinishedIsTaken(Method method) {
        assertThat(unfinishedIn(method)).isEmpty();
    }

    @Test
    void anAwaitedTypeIsTakenButNotWhatItHolds() throws Exception {
        Method method = Unfinished.class.getDeclaredMethod("stageOfStream");
        assertThat(ReturnTypes.unfinishedIn(method, type -> true)).contains(Stream.class);
        assertThat(ReturnTypes.unfinishedIn(Unfinished.class.getDeclaredMethod("iterator"), type -> true))
                .isEmpty();
    }

    @Nested
    class WhenTheLibraryIsNoneOfOurs {

        /** The types are made up here; what counts is their name, or the shape that the true ones have. */
        @Test
        void itsUnfinishedWorkIsKnownByNameAndByShape(@TempDir Path temporary) throws Exception {
            Path classes = temporary.resolve("classes");
            Javac.compile(classes, """
                    package io.vertx.core;
                    public interface Future<T> {}
                    """, """
                    package io.reactivex;
                    public interface SingleSource<T> { void subscribe(SingleObserver<? super T> observer); }
                    """, """
                    package io.reactivex;
                    public interface SingleObserver<T> { void onError(Throwable e); }
                    """, """
                    package io.reactivex;
                    public abstract class Completable implements SingleSource<String> {}
                    """, """
                    package rx;
                    public class Single<T> {
                        public final Object subscribe(SingleSubscriber<? super T> subscriber) { return null; }
                    }
                    """, """
                    package rx;
                    public abstract class SingleSubscriber<T> { public abstract void onError(Throwable e); }
                    """, """
                    package kotlinx.coroutines;
                    public interface Job {}
                    """, """
                    package kotlinx.coroutines;
                    public interface Deferred<T> extends Job {}
                    """, """
                    package kotlin.sequences;
                    public interface Sequence<T> {}
                    """, """
                    package kotlin;
                    public interface Function<R> {}
                    """, """
                    package kotlin.jvm.functions;
                    public interface Function0<R> extends kotlin.Function<R> { R invoke(); }
                    """, """
                    package org.springframework.web.context.request.async;
                    public class DeferredResult<T> {}
                    """, """
                    package org.springframework.web.context.request.async;
                    public class WebAsyncTask<T> {}
                    """, """
                    package other.library;
                    public interface Task<T> {
                        boolean isComplete();
                        Task<T> addOnCompleteListener(java.util.function.Consumer<T> listener);
                    }
                    """, """
                    package fixture;
                    import java.util.List;
                    public interface Foreign {
                        io.vertx.core.Future<String> vertx();
                        io.reactivex.SingleSource<String> rxJava2();
                        io.reactivex.Completable completable();
                        rx.Single<String> rxJava1();
                        kotlinx.coroutines.Job job();
                        kotlinx.coroutines.Deferred<String> deferred();
                        kotlin.sequences.Sequence<String> sequence();
                        kotlin.jvm.functions.Function0<String> lambda();
                        org.springframework.web.context.request.async.DeferredResult<String> deferredResult();
                        org.springframework.web.context.request.async.WebAsyncTask<String> webAsyncTask();
                        other.library.Task<String> task();
                        List<io.vertx.core.Future<String>> list();
                    }
                    """);
            try (var loader = Javac.load(classes)) {
                Method[] methods = loader.loadClass("fixture.Foreign").getDeclaredMethods();
                assertThat(methods)
                        .hasSize(12)
                        .allSatisfy(method -> assertThat(unfinishedIn(method))
                                .as(method.getName())
                                .isPresent());
            }
        }
    }

    @Nested
    class WhenTheDeclaredTypeSaysTooLittle {

        static class Jobs {

            @FileLocked("#{#p0}")
            Object run(Path file, Callable<?> body) throws Exception {
                return body.call();
            }

            @FileLocked("#{#p0}")
            CompletionStage<?> stage(Path file, Callable<? extends CompletionStage<?>> body) throws Exception {
                return body.call();
            }
        }

        @TempDir
        Path temporary;

        private Path file;
        private final FileLockedInvoker invoker = new FileLockedInvoker(FileLocks.create());

        @BeforeEach
        void resolveLinks() throws Exception {
            file = temporary.toRealPath().resolve("x");
        }

        private Object run(String method, Callable<?> body) throws Throwable {
            return invoker.invoke(Call.of(new Jobs(), method, file, body));
        }

        /** Each value alone, also where it is an array. */
        private static Stream<Arguments> arguments(Object... values) {
            return Arrays.stream(values).map(value -> Arguments.of(value));
        }

        static Stream<Arguments> unfinishedValues() {
            return arguments(
                    (Callable<String>) () -> "later",
                    (Supplier<String>) () -> "later",
                    (Step) () -> {},
                    (Iterable<String>) () -> Collections.emptyIterator(),
                    new Callable<String>() {
                        @Override
                        public String call() {
                            return "later";
                        }
                    },
                    List.of("x").iterator(),
                    Stream.of("x"),
                    InputStream.nullInputStream(),
                    new FutureTask<>(() -> "later"),
                    Optional.of(Stream.of("x")),
                    List.of(new FutureTask<>(() -> "later")),
                    Set.of(CompletableFuture.completedFuture("x")),
                    Map.of("x", (Supplier<String>) () -> "later"),
                    new Object[] {Stream.of("x")},
                    List.of(Optional.of(Stream.of("x"))));
        }

        static Stream<Arguments> finishedValues() {
            List<Object> ofItself = new ArrayList<>();
            ofItself.add(ofItself);
            return arguments(
                    "x",
                    1,
                    new int[] {1},
                    new Object[0],
                    Path.of("x"),
                    new Report("x", List.of()),
                    Operator.PLUS,
                    new Account(),
                    List.of(),
                    List.of("x"),
                    Map.of("x", 1),
                    ofItself,
                    Optional.empty(),
                    new StringReader("x"),
                    LocalDate.EPOCH);
        }

        @ParameterizedTest
        @MethodSource("unfinishedValues")
        void unfinishedWorkIsRefusedAfterTheRelease(Object value) throws Exception {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> run("run", () -> value))
                    .withMessageContaining("Jobs.run")
                    .withMessageContaining("whose work may go on after the lock is released");
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @ParameterizedTest
        @MethodSource("finishedValues")
        void finishedWorkIsReturned(Object value) throws Throwable {
            assertThat(run("run", () -> value)).isSameAs(value);
        }

        @ParameterizedTest
        @MethodSource("unfinishedValues")
        void aStageWhoseValueIsUnfinishedFailsAfterTheRelease(Object value) throws Throwable {
            CompletableFuture<Object> work = new CompletableFuture<>();
            CompletableFuture<?> returned = (CompletableFuture<?>) run("stage", () -> work);
            assertThat(Elsewhere.isFree(file)).isFalse();
            work.complete(value);
            assertThat(returned)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LockRefusedException.class)
                    .withMessageContaining("whose work may go on");
            assertThat(Elsewhere.isFree(file)).isTrue();
        }

        @ParameterizedTest
        @MethodSource("finishedValues")
        void aStageWhoseValueIsFinishedIsReturned(Object value) throws Throwable {
            CompletableFuture<Object> work = CompletableFuture.completedFuture(value);
            CompletableFuture<?> returned = (CompletableFuture<?>) run("stage", () -> work);
            assertThat(returned.join()).isSameAs(value);
            assertThat(Elsewhere.isFree(file)).isTrue();
        }
    }
}
