package io.github.filelocked.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.filelocked.lock.LockMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker from the outside. Every wait for it is bounded. */
final class WorkerProcess {

    private static final String END = "end";

    private final Plan plan;
    private final Process process;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private volatile String lastWords = "";

    /** An answer of a worker, one line. */
    record Answer(String topic, String text) {}

    private WorkerProcess(Plan plan, Process process) {
        this.plan = plan;
        this.process = process;
        Thread reader = new Thread(this::readAnswers, "answers of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static WorkerProcess start(Plan plan) throws CannotTell {
        try {
            return new WorkerProcess(
                    plan,
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1", // Short-lived: a quick start counts for more.
                                    "-XX:+UseSerialGC",
                                    "-Xmx64m", // Where memory is short, as in a container.
                                    "-cp",
                                    plan.classPath(),
                                    plan.worker())
                            .redirectErrorStream(true)
                            .start());
        } catch (IOException failure) {
            throw new CannotTell("no JVM can be started: " + failure.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    void send(String command) throws CannotTell, InterruptedException {
        try {
            process.outputWriter(UTF_8).append(command).append('\n').flush();
        } catch (IOException gone) {
            throw ended();
        }
    }

    /** Returns the next answer, or null if there is none in time. */
    @Nullable
    Answer next(Duration patience) throws CannotTell, InterruptedException {
        Answer answer = answers.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (answer != null && answer.topic().equals(END)) {
            throw ended();
        }
        if (answer != null && answer.topic().equals(Worker.FAILED)) {
            throw new CannotTell("process " + pid() + " failed: " + answer.text());
        }
        return answer;
    }

    /** Returns the next answer, which must come in time. */
    Answer await(Duration patience) throws CannotTell, InterruptedException {
        Answer answer = next(patience);
        if (answer == null) {
            throw new CannotTell("process " + pid() + " did not answer within " + seconds(patience));
        }
        return answer;
    }

    Answer await() throws CannotTell, InterruptedException {
        return await(plan.answerPatience());
    }

    /** Returns whether the worker gets a lock without waiting for it. */
    boolean tryAcquire(LockMode mode, Path file) throws CannotTell, InterruptedException {
        sendAcquire(mode, Duration.ZERO, file);
        return await().topic().equals(Worker.HELD);
    }

    /** Lets the worker acquire a lock that is free, or about to be. */
    void acquire(LockMode mode, Path file) throws CannotTell, InterruptedException {
        sendAcquire(mode, plan.lockPatience(), file);
        awaitLock();
    }

    void sendAcquire(LockMode mode, Duration patience, Path file) throws CannotTell, InterruptedException {
        send("acquire " + mode + " " + patience.toMillis() + " " + file);
    }

    /** Waits for the lock that it was told to acquire; when it got it, by the clock that all share. */
    long awaitLock() throws CannotTell, InterruptedException {
        // It is the worker who gives up first, unless it hangs in the kernel.
        Answer answer = next(plan.lockPatience().plusSeconds(1));
        if (answer == null || !answer.topic().equals(Worker.HELD)) {
            throw lockDidNotCome();
        }
        return Long.parseLong(answer.text());
    }

    CannotTell lockDidNotCome() {
        return new CannotTell("the lock did not come within " + seconds(plan.lockPatience()));
    }

    /** Lets the worker release what it holds, if anything. */
    void release() throws CannotTell, InterruptedException {
        send("release");
        await();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end, no longer than told. */
    boolean hasEndedWithin(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    static String seconds(Duration duration) {
        return Findings.format("%.1f s", duration.toMillis() / 1e3);
    }

    private CannotTell ended() throws InterruptedException {
        String how =
                hasEndedWithin(Duration.ofSeconds(1)) ? " ended with exit code " + process.exitValue() : " is gone";
        return new CannotTell("process " + pid() + how + (lastWords.isEmpty() ? "" : ", and said: " + lastWords));
    }

    private void readAnswers() {
        try (BufferedReader reader = process.inputReader(UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("@")) {
                    int space = line.indexOf(' ');
                    answers.add(new Answer(line.substring(1, space), line.substring(space + 1)));
                } else { // Of the JVM itself: it goes with its end, if it ends.
                    lastWords = line;
                }
            }
        } catch (IOException closed) {
            lastWords = closed.toString();
        }
        answers.add(new Answer(END, ""));
    }
}
