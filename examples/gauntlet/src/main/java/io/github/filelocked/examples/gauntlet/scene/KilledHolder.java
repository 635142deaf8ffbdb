package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.time.Duration;
import java.util.List;

/** The holder is killed with {@code kill -9} while another process waits. */
final class KilledHolder implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        Role waiter = cast.get(1).role();
        waiter.beginToAcquire(stage.resource(), Time.LONG);
        if (waiter.await(Time.SETTLING).isDone()) {
            return Outcome.loses("another process is let in beside the holder");
        }
        long killed = System.nanoTime();
        cast.get(0).kill();
        Reply reply = waiter.await(Time.LONG);
        Duration after = reply.after(killed);
        if (!reply.isDone()) {
            return Outcome.hangs("the waiter still waits after " + Outcome.inWords(Time.LONG));
        }
        return after.isNegative()
                ? Outcome.loses("another process is let in beside the holder")
                : Outcome.took(after, "the waiter goes on after " + Outcome.inWords(after));
    }
}
