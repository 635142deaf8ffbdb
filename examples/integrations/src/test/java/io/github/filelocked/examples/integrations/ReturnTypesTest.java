package io.github.filelocked.examples.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.reactivex.Completable;
import io.reactivex.CompletableSource;
import io.reactivex.Flowable;
import io.reactivex.Maybe;
import io.reactivex.Observable;
import io.reactivex.Single;
import io.reactivex.disposables.Disposable;
import io.reactivex.observables.ConnectableObservable;
import io.reactivex.parallel.ParallelFlowable;
import io.reactivex.subjects.PublishSubject;
import io.vertx.core.Promise;
import io.vertx.core.streams.ReadStream;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kotlin.sequences.SequencesKt;
import kotlinx.coroutines.CompletableDeferredKt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The return types of locked methods, with the types of the frameworks themselves. */
@Timeout(60)
class ReturnTypesTest {

    @TempDir
    static Path directory;

    /** Each method returns work that goes on after the method has returned. */
    static class Unfinished {
        // Vert.x
        @FileLocked("${dir}/x")
        public io.vertx.core.Future<String> vertxFuture() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Promise<String> vertxPromise() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ReadStream<String> vertxReadStream() {
            return null;
        }

        @FileLocked("${dir}/x")
        public List<io.vertx.core.Future<String>> listOfVertxFutures() {
            return null;
        }

        // RxJava 2
        @FileLocked("${dir}/x")
        public Completable completable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletableSource completableSource() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Maybe<String> maybe() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Single<String> single() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Observable<String> observable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ConnectableObservable<String> connectableObservable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Flowable<String> flowable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ParallelFlowable<String> parallelFlowable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public PublishSubject<String> subject() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Disposable disposable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletableFuture<Single<String>> stageOfSingle() {
            return null;
        }

        // Spring MVC
        @FileLocked("${dir}/x")
        public Callable<String> callable() {
            return null;
        }

        @FileLocked("${dir}/x")
        public DeferredResult<String> deferredResult() {
            return null;
        }

        @FileLocked("${dir}/x")
        public WebAsyncTask<String> webAsyncTask() {
            return null;
        }

        @FileLocked("${dir}/x")
        public StreamingResponseBody streamingResponseBody() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ResponseBodyEmitter responseBodyEmitter() {
            return null;
        }

        @FileLocked("${dir}/x")
        public SseEmitter sseEmitter() {
            return null;
        }

        @FileLocked("${dir}/x")
        public InputStreamResource inputStreamResource() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ResponseEntity<StreamingResponseBody> responseOfStreamingBody() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ResponseEntity<InputStreamResource> responseOfInputStreamResource() {
            return null;
        }

        @FileLocked("${dir}/x")
        public HttpEntity<ResponseBodyEmitter> entityOfEmitter() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletableFuture<ResponseEntity<StreamingResponseBody>> stageOfResponseOfStreamingBody() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Callable<CompletableFuture<String>> callableOfStage() {
            return null;
        }

        // The JDK
        @FileLocked("${dir}/x")
        public List<Future<String>> listOfFutures() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Optional<Stream<String>> optionalStream() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Map<String, Supplier<String>> mapOfSuppliers() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Future<?>[] arrayOfFutures() {
            return null;
        }

        @FileLocked("${dir}/x")
        public List<? extends Iterator<String>> listOfIterators() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletableFuture<Stream<String>> stageOfStream() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletionStage<Optional<InputStream>> stageOfOptionalInputStream() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletableFuture<CompletionStage<String>> stageOfStage() {
            return null;
        }
    }

    record Row(String name, Path file) {}

    /** Each method returns what is finished, or a stage that tells its end. */
    static class Finished {
        @FileLocked("${dir}/x")
        public void nothing() {}

        @FileLocked("${dir}/x")
        public ResponseEntity<String> responseOfText() {
            return null;
        }

        @FileLocked("${dir}/x")
        public ResponseEntity<?> responseOfAnything() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletableFuture<ResponseEntity<Row>> stageOfResponse() {
            return null;
        }

        @FileLocked("${dir}/x")
        public CompletionStage<Void> stageOfNothing() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Map<Path, List<Row>> map() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Optional<byte[]> optionalBytes() {
            return null;
        }

        @FileLocked("${dir}/x")
        public Class<io.vertx.core.Future<String>> type() {
            return null;
        }
    }

    private static Stream<Arguments> methodsOf(Class<?>... types) {
        return Arrays.stream(types)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(FileLocked.class))
                .map(method -> Arguments.argumentSet(method.getName(), method));
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class WhenTheDeclaredTypeTells {

        static Stream<Arguments> unfinished() {
            return methodsOf(Unfinished.class, KotlinUnfinished.class);
        }

        @ParameterizedTest
        @MethodSource
        void unfinished(Method method) {
            Contexts.assertThatRefused(() -> Contexts.plain(directory, method.getDeclaringClass())
                            .close())
                    .message()
                    .satisfies(message -> assertThat(message.lines()
                                    .filter(line -> line.contains(", method "
                                            + method.getDeclaringClass().getName() + "." + method.getName() + ": ")))
                            .singleElement()
                            .asString()
                            .contains("may go on after the method returns", "return a CompletionStage"));
        }

        @Test
        void workThatIsFinishedOrTellsItsEndIsAccepted() {
            try (var context = Contexts.plain(directory, Finished.class, KotlinFinished.class)) {
                context.getBean(Finished.class).nothing();
                context.getBean(KotlinFinished.class).unit();
            }
        }
    }

    static class Hidden {
        @FileLocked("${dir}/hidden")
        public Object any(Supplier<?> body) {
            return body.get();
        }

        @FileLocked("${dir}/hidden")
        public ResponseEntity<?> response(Supplier<?> body) {
            return ResponseEntity.ok(body.get());
        }

        @FileLocked("${dir}/hidden")
        public CompletableFuture<Object> stage(Supplier<?> body) {
            return CompletableFuture.completedFuture(body.get());
        }
    }

    @Nested
    class WhenTheDeclaredTypeHidesIt {

        static Stream<Arguments> values() {
            StreamingResponseBody streaming = out -> {};
            Callable<String> callable = () -> "late";
            return Stream.of(
                    value("Vert.x Future", () -> io.vertx.core.Future.succeededFuture("a")),
                    value("RxJava 2 Single", () -> Single.just("a")),
                    value("RxJava 2 Flowable", () -> Flowable.just("a")),
                    value("RxJava 2 Disposable", () -> Completable.complete().subscribe()),
                    value("kotlinx Job", () -> CompletableDeferredKt.CompletableDeferred("a")),
                    value("Kotlin Sequence", () -> SequencesKt.sequenceOf("a")),
                    value("Callable", () -> callable),
                    value("DeferredResult", DeferredResult::new),
                    value("WebAsyncTask", () -> new WebAsyncTask<>(callable)),
                    value("StreamingResponseBody", () -> streaming),
                    value("SseEmitter", SseEmitter::new),
                    value("InputStreamResource", () -> new InputStreamResource(InputStream.nullInputStream())),
                    value("ResponseEntity of a StreamingResponseBody", () -> ResponseEntity.ok(streaming)),
                    value("list of RxJava 2 types", () -> List.of(Single.just("a"))),
                    value("optional Stream", () -> Optional.of(Stream.of("a"))));
        }

        private static Arguments value(String name, Supplier<?> body) {
            return Arguments.argumentSet(name, body);
        }

        @ParameterizedTest
        @MethodSource("values")
        void aMethodOfAnyObjectIsRejectedAtTheCall(Supplier<?> body) {
            try (var context = Contexts.plain(directory, Hidden.class)) {
                Hidden hidden = context.getBean(Hidden.class);
                Contexts.assertThatRefused(() -> hidden.any(body))
                        .hasMessageContaining("may go on after the lock is released");
                assertFree();
            }
        }

        @ParameterizedTest
        @MethodSource("values")
        void aMethodOfAnyResponseIsRejectedAtTheCall(Supplier<?> body) {
            try (var context = Contexts.plain(directory, Hidden.class)) {
                Hidden hidden = context.getBean(Hidden.class);
                Contexts.assertThatRefused(() -> hidden.response(body))
                        .hasMessageContaining("may go on after the lock is released");
                assertFree();
            }
        }

        @ParameterizedTest
        @MethodSource("values")
        void aStageOfAnyObjectFails(Supplier<?> body) {
            try (var context = Contexts.plain(directory, Hidden.class)) {
                CompletableFuture<Object> stage = context.getBean(Hidden.class).stage(body);
                Contexts.assertThatRefused(stage::join).hasMessageContaining("may go on after the lock is released");
                assertFree();
            }
        }

        private static void assertFree() {
            assertThat(FileLocks.create().tryAcquire(directory.resolve("hidden")))
                    .hasValueSatisfying(lock -> lock.close());
        }
    }
}
