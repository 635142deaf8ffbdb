package io.github.filelocked.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.lock.ResourceType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker from the inside: a process that does what it reads from standard input, one command a line, and answers in
 * lines that begin with {@code @}. It ends when its input does, so that none outlives the process that started it.
 */
final class Worker {

    static final String READY = "ready";
    static final String HELD = "held";
    static final String BUSY = "busy";
    static final String RELEASED = "released";
    static final String HOLD = "hold";
    static final String DONE = "done";
    static final String FAILED = "failed";

    private final FileLocks locks;
    private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    private final PrintStream out = new PrintStream(System.out, false, UTF_8);
    private @Nullable HeldLock held;

    private Worker(FileLocks locks) {
        this.locks = locks;
    }

    /** For the launcher alone. The one who started us knows about network file systems, and is who waits. */
    public static void main(String[] args) throws InterruptedException {
        serve(FileLocks.builder()
                .networkPolicy(NetworkPolicy.ALLOW)
                .longWaitLogInterval(Duration.ZERO)
                .build());
    }

    static void serve(FileLocks locks) throws InterruptedException {
        Worker worker = new Worker(locks);
        Thread reader = new Thread(worker::readCommands, "commands");
        reader.setDaemon(true);
        reader.start();
        worker.say(READY, "");
        while (true) {
            worker.obey(worker.commands.take());
        }
    }

    private void readCommands() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
            }
        } catch (IOException end) {
            // As good as the end of the input.
        }
        Runtime.getRuntime().halt(0); // Not by exit(): the main thread may be stuck in the kernel.
    }

    /** The path comes last, since it may contain anything. */
    private void obey(String line) {
        String[] words = line.split(" ", 4);
        try {
            switch (words[0]) {
                case "clock" -> say("clock", String.valueOf(System.nanoTime()));
                case "acquire" -> acquire(LockMode.valueOf(words[1]), millis(words[2]), Path.of(words[3]));
                case "release" -> release();
                case "hammer" -> hammer(millis(words[1]), millis(words[2]), Path.of(words[3]));
                default -> say(FAILED, "unknown command: " + line);
            }
        } catch (IOException | FileLockingException failure) {
            say(FAILED, failure.toString());
        }
    }

    private void acquire(LockMode mode, Duration patience, Path file) {
        LockTarget target = new LockTarget(file, ResourceType.FILE, mode);
        Optional<HeldLock> lock = locks.tryAcquire(target, patience);
        long now = System.nanoTime();
        held = lock.orElse(null);
        say(held == null ? BUSY : HELD, String.valueOf(now));
    }

    private void release() {
        if (held != null) {
            held.close();
            held = null;
        }
        say(RELEASED, "");
    }

    private void hammer(Duration length, Duration patience, Path file) throws IOException {
        Hammer hammer = new Hammer(locks, file, patience);
        String end = DONE;
        try {
            hammer.hammer(length);
        } catch (LockNotAcquiredException late) {
            end = BUSY;
        } finally {
            hammer.eachHold(hold -> say(HOLD, hold));
        }
        say(end, "");
    }

    private static Duration millis(String number) {
        return Duration.ofMillis(Long.parseLong(number));
    }

    private void say(String topic, String text) {
        out.print("@" + topic + " " + text.replaceAll("\\R", " ") + "\n");
        if (!topic.equals(HOLD)) { // Of those there are many.
            out.flush();
        }
    }
}
