package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.time.Duration;
import java.util.List;

/** A waiter has a limit: how much later does the wait end? */
final class TimedWait implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        Role waiter = cast.get(1).role();
        waiter.acquire(stage.resource(), Time.BRIEF); // Loads classes, which takes longer than all else.
        Reply reply = waiter.acquire(stage.resource(), Time.BRIEF);
        Duration late = reply.took().minus(Time.BRIEF);
        String ends = Outcome.inWords(reply) + " after " + Outcome.inWords(reply.took());
        return switch (reply.kind()) {
            case DONE -> Outcome.loses("another process is let in beside the holder");
            case SILENT -> Outcome.hangs("knows no limit");
            case BUSY, THREW ->
                new Outcome(Outcome.Verdict.HOLDS, (late.isNegative() ? "" : "+") + Outcome.inWords(late), ends);
        };
    }
}
