package io.github.filelocked.examples.springconfig;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

@Timeout(180)
class SpringConfigTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<Instance> instances = new ArrayList<>();

    @AfterEach
    void destroyInstances() {
        instances.forEach(Instance::close);
    }

    @Test
    void keepsEveryChangeOfThreeInstancesAndIsNeverTorn() throws Exception {
        Path file = Files.writeString(directory.resolve("settings.yaml"), "greeting: hello\n...\n");
        Map<String, Object> expected = new TreeMap<>(Map.of("greeting", "hello"));
        for (int i = 0; i < 3; i++) {
            start(file, "--heartbeat.every=20ms");
        }
        awaitReady();
        Reader reader = new Reader(file);
        try {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int change = 0; change < 40; change++) {
                for (int i = 0; i < 3; i++) {
                    answers.add(instances.get(i).put(Run.key(i, change), "value " + change, LIMIT));
                    expected.put(Run.key(i, change), "value " + change);
                }
            }
            assertThat(answers)
                    .allSatisfy(answer ->
                            assertThat(answer.get(60, SECONDS).statusCode()).isEqualTo(204));
        } finally {
            reader.stop();
        }

        assertThat(parsed(file)).containsAllEntriesOf(expected);
        assertThat(reader.reads()).isGreaterThan(10);
        assertThat(reader.torn()).isZero();
        // Under load they were left out; now there is room for them.
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(parsed(file))
                        .containsKeys(instances.stream()
                                .map(instance -> Heartbeat.KEY + instance.pid())
                                .toArray(String[]::new)));
        assertThat(parsed(file)).hasSize(expected.size() + 3).containsAllEntriesOf(expected);
    }

    @Nested
    class Demonstration {

        @Test
        void endsWellWhenNothingWasLost() throws Exception {
            Path file = directory.resolve("settings.yaml");

            Outcome outcome = demo(file.toString(), "2", "5");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.output())
                    .containsPattern("instances +sent +found +lost +reads +torn +seconds")
                    .containsPattern(" 2 +10 +10 +0 +[\\d,]+ +0 +\\d+\\.\\d\\d");
            assertThat(parsed(file)).containsKeys(Run.key(0, 0), Run.key(0, 4), Run.key(1, 0), Run.key(1, 4));
        }

        @Test
        void leavesAFileAloneThatHoldsNoMapping() throws Exception {
            Path letter = Files.writeString(directory.resolve("letter.txt"), "Dear reader");

            Outcome outcome = demo(letter.toString(), "3", "40");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output()).contains("letter.txt holds something else than a YAML mapping");
            assertThat(letter).hasContent("Dear reader");
        }

        @Test
        void explainsItselfWhenCalledWrongly() throws Exception {
            Outcome outcome = demo("settings.yaml", "three", "40");

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.output()).startsWith("usage: Demo ");
        }

        private record Outcome(int exitCode, String output) {}

        /** As its users do, as a program; what it prints goes to a file, so that there is nothing to read in time. */
        private static Outcome demo(String... arguments) throws IOException, InterruptedException {
            Path output = Files.createTempFile("spring-config", ".out");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Duser.language=en",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    Demo.class.getName()));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(process.waitFor(150, SECONDS)).isTrue();
                return new Outcome(process.exitValue(), Files.readString(output));
            } finally {
                process.destroyForcibly();
                Files.delete(output);
            }
        }
    }

    @Nested
    class WhenAnotherProcessHoldsTheFile {

        @Test
        void showsFileAndHolderAndRefusesAChangeInTime() throws Exception {
            Path file = Files.writeString(directory.resolve("settings.yaml"), "greeting: <hello>\n...\n");
            try (HeldLock lock = FileLocks.create().acquire(file)) {
                Instance instance = start(file, "--config.timeout=100ms", "--heartbeat.every=20ms");
                awaitReady();

                assertThat(text(instance, "")).contains("greeting: &lt;hello&gt;", "Held by: <strong>" + me());
                assertThat(text(instance, "settings")).isEqualTo("{\"greeting\":\"<hello>\"}");
                HttpResponse<String> refused =
                        instance.put("greeting", "bye", LIMIT).get(60, SECONDS);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("is locked by another holder", me(), "Settings.put");
                assertThat(lock.path()).hasContent("greeting: <hello>\n...\n");
            }
        }

        @Test
        void showsAChangeThatWaitsAndMakesItWhenTheFileIsFree() throws Exception {
            Path file = Files.writeString(directory.resolve("settings.yaml"), "greeting: hello\n...\n");
            Instance instance;
            CompletableFuture<HttpResponse<String>> change;
            try (HeldLock lock = FileLocks.create().acquire(file)) {
                instance = start(file);
                awaitReady();
                change = instance.put("greeting", "bye", LIMIT);

                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(text(instance, ""))
                                .containsPattern("<td>waits</td><td>Settings.put</td>.*<td>pid "
                                        + ProcessHandle.current().pid() + ", "));
                assertThat(text(instance, "actuator/filelocks"))
                        .contains(
                                "\"operation\":\"Settings.put\"",
                                "\"holder\":{\"pid\":" + ProcessHandle.current().pid() + ",");
                assertThat(lock.path()).hasContent("greeting: hello\n...\n");
            }
            assertThat(change.get(60, SECONDS).statusCode()).isEqualTo(204);
            assertThat(parsed(file)).containsEntry("greeting", "bye");
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(text(instance, "")).contains("<strong>nobody</strong>", "greeting: bye"));
        }
    }

    private Instance start(Path file, String... options) throws IOException {
        Instance instance = new Instance(file, options);
        instances.add(instance);
        return instance;
    }

    private void awaitReady() throws Exception {
        for (Instance instance : instances) {
            instance.awaitReady(LIMIT);
        }
    }

    private static String me() {
        return "pid " + ProcessHandle.current().pid() + " on ";
    }

    private static String text(Instance instance, String path) throws Exception {
        return instance.get(path, LIMIT).get(60, SECONDS).body();
    }

    private static Map<String, Object> parsed(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }
}
