package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;

/** The holder works for longer than any lease. */
final class LongWork implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        Reply other = cast.get(1).role().acquire(stage.resource(), Time.LONG);
        return other.isDone()
                ? Outcome.loses("another process is let in after " + Outcome.inWords(other.took()))
                : Outcome.holds("alone for " + Outcome.inWords(Time.LONG));
    }
}
