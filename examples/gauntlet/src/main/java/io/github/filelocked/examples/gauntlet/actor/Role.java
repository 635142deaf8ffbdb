package io.github.filelocked.examples.gauntlet.actor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One thread of an actor. What it is told to do it does in turn. */
public record Role(Actor actor, String name) {

    /** The time by which a wait may exceed its limit before it counts as one without end. */
    private static final Duration GRACE = Duration.ofMillis(1_000);

    /** Acquires; and if it waits far beyond the limit, is left waiting. */
    public Reply acquire(Path resource, Duration limit) throws IOException, InterruptedException {
        beginToAcquire(resource, limit);
        return await(limit.plus(GRACE));
    }

    /** Begins to acquire; {@link #await} tells what comes of it. */
    public void beginToAcquire(Path resource, Duration limit) throws IOException {
        tell(Hands.ACQUIRE, limit.toMillis(), resource);
    }

    /** Releases what it acquired last. */
    public Reply release() throws IOException, InterruptedException {
        tell(Hands.RELEASE);
        return await(GRACE);
    }

    /** Opens a file, reads it, and closes it. */
    public Reply read(Path file) throws IOException, InterruptedException {
        tell(Hands.READ, file);
        return await(GRACE);
    }

    /** Begins to go in, add one, and go out, again and again; {@link #await} tells of its end. */
    public void beginToWork(Duration time, Path resource, Path ledgers) throws IOException {
        tell(Hands.WORK, time.toMillis(), resource, ledgers);
    }

    public void interrupt() throws IOException {
        tell(ActorProgram.INTERRUPT);
    }

    public Reply await(Duration limit) throws InterruptedException {
        return actor.await(name, limit);
    }

    private void tell(Object... words) throws IOException {
        actor.tell(name, Stream.of(words).map(String::valueOf).collect(Collectors.joining(Hands.SEPARATOR)));
    }
}
