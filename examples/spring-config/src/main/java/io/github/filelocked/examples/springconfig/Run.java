package io.github.filelocked.examples.springconfig;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The outcome of several instances that changed one file at once, while it was read. */
record Run(int instances, int sent, int found, long reads, long torn, Duration took) {

    private static final String STARTED = "started";

    int lost() {
        return sent - found;
    }

    static Run of(Path file, int instances, int changesEach, Duration limit) throws Exception {
        String value = Instant.now().toString(); // To tell this run's changes from those of an earlier one.
        try (HeldLock lock = FileLocks.create().acquire(file, limit)) { // The application may run on it already.
            YamlFile.put(lock.path(), STARTED, value);
        }
        List<Instance> team = new ArrayList<>();
        try {
            for (int i = 0; i < instances; i++) {
                team.add(new Instance(file, "--heartbeat.every=20ms"));
            }
            for (Instance instance : team) {
                instance.awaitReady(limit);
            }
            Reader reader = new Reader(file);
            long start = System.nanoTime();
            try {
                sendAll(team, changesEach, value, limit);
            } finally {
                reader.stop();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            int found = found(YamlFile.read(file), instances, changesEach, value);
            return new Run(instances, instances * changesEach, found, reader.reads(), reader.torn(), took);
        } finally {
            team.forEach(Instance::close);
        }
    }

    /** All at once, and not one after the other's answer; an answer says that the change is in the file. */
    private static void sendAll(List<Instance> team, int changesEach, String value, Duration limit) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int change = 0; change < changesEach; change++) {
            for (int i = 0; i < team.size(); i++) {
                answers.add(team.get(i).put(key(i, change), value, limit));
            }
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(limit.toMillis(), MILLISECONDS);
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            if (answer.join().statusCode() != 204) {
                throw new IllegalStateException(
                        answer.join() + ": " + answer.join().body());
            }
        }
    }

    private static int found(Map<String, Object> settings, int instances, int changesEach, String value) {
        int found = 0;
        for (int i = 0; i < instances; i++) {
            for (int change = 0; change < changesEach; change++) {
                found += value.equals(settings.get(key(i, change))) ? 1 : 0;
            }
        }
        return found;
    }

    static String key(int instance, int change) {
        return "instance-%d.change-%03d".formatted(instance, change);
    }
}
