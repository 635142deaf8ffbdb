package io.github.filelocked.examples.integrations;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.LockedPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.test.util.AopTestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Controllers on an embedded Tomcat. */
@Timeout(120)
class TomcatTest {

    @TempDir
    static Path directory;

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    private static ConfigurableApplicationContext start(Class<?> controller) {
        return new SpringApplicationBuilder(Application.class, controller)
                .run(
                        "--server.port=0",
                        "--dir=" + directory,
                        "--spring.main.banner-mode=off",
                        "--logging.level.org.springframework.boot.SpringApplication=off",
                        "--logging.level.org.springframework.boot.diagnostics=off");
    }

    @RestController
    static class CallableController {
        @GetMapping("/")
        @FileLocked("${dir}/x")
        public Callable<String> late() {
            return () -> "late";
        }
    }

    @RestController
    static class DeferredResultController {
        @GetMapping("/")
        @FileLocked("${dir}/x")
        public DeferredResult<String> late() {
            return new DeferredResult<>();
        }
    }

    @RestController
    static class WebAsyncTaskController {
        @GetMapping("/")
        @FileLocked("${dir}/x")
        public WebAsyncTask<String> late() {
            return new WebAsyncTask<>(() -> "late");
        }
    }

    @RestController
    static class EmitterController {
        @GetMapping("/")
        @FileLocked("${dir}/x")
        public SseEmitter late() {
            return new SseEmitter();
        }
    }

    @RestController
    static class StreamingController {
        @GetMapping("/")
        @FileLocked("${dir}/x")
        public ResponseEntity<StreamingResponseBody> late() {
            return ResponseEntity.ok(out -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                CallableController.class,
                DeferredResultController.class,
                WebAsyncTaskController.class,
                EmitterController.class,
                StreamingController.class
            })
    void workThatSpringMvcWouldDoAfterTheCallIsRejectedAtTheStart(Class<?> controller) {
        Contexts.assertThatRefused(() -> start(controller).close())
                .hasMessageContainingAll(
                        controller.getName() + ".late", "may go on after the method returns", "CompletionStage");
    }

    @RestController
    static class Reports {

        final CompletableFuture<String> work = new CompletableFuture<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final AtomicBoolean streamed = new AtomicBoolean();

        @GetMapping("/now")
        @FileLocked("${dir}/now")
        public String now() {
            return LockedPath.current().toString();
        }

        @GetMapping("/stage")
        @FileLocked("${dir}/stage")
        public CompletableFuture<String> stage() {
            begun.countDown();
            return work;
        }

        @GetMapping("/hidden")
        @FileLocked("${dir}/hidden")
        public ResponseEntity<?> hidden() {
            StreamingResponseBody body = out -> {
                streamed.set(true);
                out.write("late".getBytes(StandardCharsets.UTF_8));
            };
            return ResponseEntity.ok(body);
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class WhenTheServerRuns {

        private ConfigurableApplicationContext context;
        private Reports reports;
        private final HttpClient client = HttpClient.newHttpClient();

        @BeforeAll
        void startIt() {
            context = start(Reports.class);
            reports = AopTestUtils.getTargetObject(context.getBean(Reports.class));
        }

        @AfterAll
        void stopIt() {
            context.close();
        }

        private HttpRequest get(String path) {
            String port = context.getEnvironment().getProperty("local.server.port");
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
        }

        @Test
        void aResultIsMadeUnderTheLock() throws Exception {
            HttpResponse<String> response = client.send(get("/now"), BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo(directory.resolve("now").toString());
        }

        @Test
        void aStageHoldsTheLockUntilTheWorkHasEnded() throws Exception {
            CompletableFuture<HttpResponse<String>> response = client.sendAsync(get("/stage"), BodyHandlers.ofString());
            assertThat(reports.begun.await(30, SECONDS)).isTrue();
            assertThat(FileLocks.create().tryAcquire(directory.resolve("stage")))
                    .isEmpty();
            assertThat(response).isNotDone();
            reports.work.complete("done");
            assertThat(response.get(30, SECONDS).body()).isEqualTo("done");
            assertThat(FileLocks.create().tryAcquire(directory.resolve("stage")))
                    .hasValueSatisfying(lock -> lock.close());
        }

        @Test
        void aStreamThatTheTypeHidesIsNeverStreamed() throws Exception {
            HttpResponse<String> response = client.send(get("/hidden"), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(reports.streamed).isFalse();
        }
    }
}
