package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The candidates. */
public enum Peers {
    FILELOCKED("filelocked", FilelockedPeer::new),
    RAW("raw FileChannel.lock()", RawPeer::new),
    POLLING_20("polling every 20 ms", directory -> polling(20, directory)),
    POLLING_50("polling every 50 ms", directory -> polling(50, directory)),
    POLLING_100("polling every 100 ms", directory -> polling(100, directory)),
    MAVEN_RESOLVER("Maven Resolver, file-lock", MavenResolverPeer::in),
    SPRING_INTEGRATION("Spring Integration on H2", SpringIntegrationPeer::in),
    SHEDLOCK("ShedLock on H2, every 50 ms", directory -> asked(ShedLockAttempt.in(directory))),
    LUCENE("Lucene, every 50 ms", directory -> asked(LuceneAttempt.in(directory))),
    FLOCK_COMMAND("flock(1), a process", directory -> new FlockCommandPeer(directory.resolve("flock"))) {
        @Override
        public Optional<String> missing() {
            return missingProgram("flock");
        }
    },
    PYTHON("Python fcntl.lockf, a process", PythonPeer::in) {
        @Override
        public Optional<String> missing() {
            return missingProgram("python3");
        }
    };

    private static final Duration ASKED_EVERY = Duration.ofMillis(50);

    public final String label;
    private final Factory factory;

    Peers(String label, Factory factory) {
        this.label = label;
        this.factory = factory;
    }

    /** The peer, as all processes see it that name this directory. */
    public Peer in(Path directory) throws IOException {
        return factory.in(directory);
    }

    /** Returns the program that this machine lacks to run it, if any. */
    public Optional<String> missing() {
        return Optional.empty();
    }

    private interface Factory {
        Peer in(Path directory) throws IOException;
    }

    private static Peer polling(int millis, Path directory) {
        return new Polling(Duration.ofMillis(millis), new RawAttempt(directory.resolve("polled-" + millis + ".lock")));
    }

    private static Peer asked(Polling.Attempt attempt) {
        return new Polling(ASKED_EVERY, attempt);
    }

    private static Optional<String> missingProgram(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)))
                ? Optional.empty()
                : Optional.of(name);
    }
}
