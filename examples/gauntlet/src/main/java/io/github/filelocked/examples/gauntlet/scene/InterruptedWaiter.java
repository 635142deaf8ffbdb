package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A waiter is interrupted. Does the wait end, and is the lock of any use afterwards? */
final class InterruptedWaiter implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Role holder = cast.get(0).role();
        Holding.begin(holder, stage.resource());
        Role waiter = cast.get(1).role();
        interrupt(waiter, stage.resource()); // Loads classes, which takes longer than all else.
        Interruption interruption = interrupt(waiter, stage.resource());
        Reply reply = interruption.reply();
        if (reply.isDone()) {
            return Outcome.loses("another process is let in beside the holder");
        }
        if (reply.isSilent()) {
            return Outcome.hangs("waits on for " + Outcome.inWords(Time.PATIENCE) + " at least");
        }
        Duration after = reply.after(interruption.moment());
        String ends = "ends after " + Outcome.inWords(after) + ": " + Outcome.inWords(reply);
        holder.release();
        return cast.get(1).role().acquire(stage.resource(), Time.PATIENCE).isDone()
                ? Outcome.took(after, ends)
                : Outcome.hangs(ends + "; then no other thread of its JVM gets in");
    }

    private static Interruption interrupt(Role waiter, Path resource) throws Exception {
        waiter.beginToAcquire(resource, Time.LONG);
        Reply early = waiter.await(Time.SETTLING);
        long moment = System.nanoTime();
        if (!early.isSilent()) {
            return new Interruption(moment, early);
        }
        waiter.interrupt();
        return new Interruption(moment, waiter.await(Time.PATIENCE));
    }

    /** When the waiter was interrupted, and what it said then, or before. */
    private record Interruption(long moment, Reply reply) {}
}
