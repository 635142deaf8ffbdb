package io.github.filelocked.examples.springconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.springframework.context.ConfigurableApplicationContext;

/** The application in a JVM of its own, seen from the one that has started it. */
final class Instance implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();

    Instance(Path file, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // Several short-lived JVMs at once: a quick start counts for more.
                "-XX:+UseSerialGC",
                "-classpath",
                System.getProperty("java.class.path"),
                Instance.class.getName(),
                "--config.file=" + file,
                "--server.port=0", // Any that is free.
                "--logging.level.root=warn"));
        command.addAll(List.of(options));
        this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread follower = new Thread(this::follow, "output of " + process.pid());
        follower.setDaemon(true);
        follower.start();
    }

    /** The inside: the application, which ends with the input, and so with its starter, however that ends. */
    public static void main(String[] args) throws IOException {
        try (ConfigurableApplicationContext application = SpringConfig.start(args)) {
            while (application.isRunning() && System.in.read() >= 0) {
                // Nothing is said to it.
            }
        }
    }

    long pid() {
        return process.pid();
    }

    void awaitReady(Duration limit) throws InterruptedException, ExecutionException, TimeoutException {
        address.get(limit.toMillis(), MILLISECONDS);
    }

    CompletableFuture<HttpResponse<String>> put(String key, String value, Duration limit) {
        String path = "settings/" + key + "?value=" + URLEncoder.encode(value, UTF_8);
        return send(request(path, limit).PUT(BodyPublishers.noBody()).build());
    }

    CompletableFuture<HttpResponse<String>> get(String path, Duration limit) {
        return send(request(path, limit).build());
    }

    private HttpRequest.Builder request(String path, Duration limit) {
        return HttpRequest.newBuilder(address.join().resolve(path)).timeout(limit);
    }

    private static CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return HTTP.sendAsync(request, BodyHandlers.ofString());
    }

    /** To the end of its output, so that it never stops for want of a reader. */
    private void follow() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(line -> {
                if (line.startsWith(SpringConfig.READY)) {
                    address.complete(URI.create(line.substring(SpringConfig.READY.length())));
                } else {
                    System.err.println(pid() + ": " + line);
                }
            });
        } catch (IOException | UncheckedIOException closed) {
            // As at its end.
        }
        address.completeExceptionally(new IllegalStateException("instance " + pid() + " ended before it was ready"));
    }

    /** Returns when it is gone, and so writes nothing any more. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().completeOnTimeout(process, 10, SECONDS).join();
    }
}
