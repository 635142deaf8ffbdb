package io.github.filelocked.examples.gauntlet.actor;

import io.github.filelocked.examples.gauntlet.contender.Contenders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, told what to do. Closing it ends it, whatever it does. */
public final class Actor implements AutoCloseable {

    /** For what has to come to an end whatever the contender does. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final BufferedReader says;
    private final ConcurrentMap<String, BlockingQueue<Reply>> replies = new ConcurrentHashMap<>();
    private int roles;

    private Actor(Process process) {
        this.process = process;
        this.says = process.inputReader();
    }

    static Actor start(Contenders who, String database, Path directory) throws IOException {
        Actor actor = new Actor(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // Many short-lived JVMs: a quick start counts for more.
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED", // Lucene's; newer JDKs warn of it otherwise.
                        "-classpath",
                        System.getProperty("java.class.path"),
                        ActorProgram.class.getName(),
                        who.name(),
                        database)
                .directory(directory.toFile())
                .redirectError(Redirect.INHERIT)
                .start());
        Thread listener = new Thread(actor::listen, "listener of " + actor.pid());
        listener.setDaemon(true);
        listener.start();
        return actor;
    }

    void awaitReady() throws InterruptedException {
        Reply reply = await(ActorProgram.READY, LIMIT);
        if (!reply.isDone()) {
            throw new IllegalStateException("a lock cannot be had and released where nobody else is: " + reply);
        }
    }

    private void listen() {
        try {
            for (String line = says.readLine(); line != null; line = says.readLine()) {
                String[] words = line.split(" ", 2);
                repliesOf(words[0]).add(Reply.parse(words[1]));
            }
        } catch (IOException | UncheckedIOException itIsClosed) {
            // Whoever waits for a reply gets none.
        }
    }

    /** A thread that has done nothing yet. */
    public Role role() {
        return new Role(this, "thread" + roles++);
    }

    /** A thread that uses a copy of the library in another class loader, like a second application of a server. */
    public Role roleInSecondCopy() {
        return new Role(this, ActorProgram.COPY + roles++);
    }

    public long pid() {
        return process.pid();
    }

    void tell(String role, String command) throws IOException {
        process.outputWriter().append(role + " " + command + "\n").flush();
    }

    Reply await(String role, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        Reply reply = repliesOf(role).poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        return reply != null ? reply : Reply.now(Reply.Kind.SILENT, start);
    }

    private BlockingQueue<Reply> repliesOf(String role) {
        return replies.computeIfAbsent(role, absent -> new LinkedBlockingQueue<>());
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Has it end by itself, as programs do. */
    public void exit() throws IOException, InterruptedException {
        process.outputWriter().close();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("a process does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
