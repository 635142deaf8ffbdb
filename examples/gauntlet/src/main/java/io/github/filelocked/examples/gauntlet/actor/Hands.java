package io.github.filelocked.examples.gauntlet.actor;

import io.github.filelocked.examples.gauntlet.contender.Contender;
import io.github.filelocked.examples.gauntlet.contender.Contenders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Does what a command says, on the thread that calls, with one copy of the contender's library. A function of strings,
 * so that the copy of another class loader can be called as well.
 */
public final class Hands implements Function<String, String> {

    /** Between the words of a command: paths may have spaces. */
    static final String SEPARATOR = "\t";

    static final String ACQUIRE = "acquire";
    static final String RELEASE = "release";
    static final String READ = "read";
    static final String WORK = "work";

    private final Contender contender;
    private final ThreadLocal<Deque<Contender.Hold>> holds = ThreadLocal.withInitial(ArrayDeque::new);

    /** Called by reflection, too. */
    public Hands(String contender, String database) {
        this.contender = Contenders.valueOf(contender).open(database);
    }

    @Override
    public String apply(String command) {
        String[] words = command.split(SEPARATOR);
        long start = System.nanoTime();
        try {
            boolean done = switch (words[0]) {
                case ACQUIRE -> acquire(millis(words[1]), Path.of(words[2]));
                case RELEASE -> release();
                case READ -> read(Path.of(words[1]));
                case WORK -> work(millis(words[1]), Path.of(words[2]), Path.of(words[3]));
                default -> throw new IllegalArgumentException(command);
            };
            return Reply.now(done ? Reply.Kind.DONE : Reply.Kind.BUSY, start).toLine();
        } catch (Exception | Error failure) {
            return Reply.threw(failure, start).toLine();
        }
    }

    private boolean acquire(Duration limit, Path resource) throws Exception {
        Optional<Contender.Hold> hold = contender.acquire(resource, limit);
        hold.ifPresent(holds.get()::push);
        return hold.isPresent();
    }

    private boolean release() throws Exception {
        holds.get().pop().release();
        return true;
    }

    private static boolean read(Path file) throws Exception {
        Files.readAllBytes(file);
        return true;
    }

    /** Goes in and adds one as often as it can. What is thrown is noted, and the next round begins. */
    private boolean work(Duration time, Path resource, Path ledgers) throws Exception {
        Ledger ledger = new Ledger();
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                Optional<Contender.Hold> hold = contender.acquire(resource, Duration.ofNanos(left));
                if (hold.isPresent()) {
                    long entered = System.nanoTime();
                    new Counter(resource).addOne();
                    ledger.noteStay(entered, System.nanoTime());
                    hold.get().release();
                }
            } catch (Exception failure) {
                if (System.nanoTime() < end) { // At the end, not to get in is no failure.
                    ledger.noteFailure(failure);
                }
            }
            TimeUnit.MICROSECONDS.sleep(500);
        }
        ledger.write(ledgers);
        return true;
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }
}
