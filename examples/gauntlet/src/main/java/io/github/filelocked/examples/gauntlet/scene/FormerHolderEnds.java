package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;

/** A process that was inside before, and is refused now, ends; and what it left to be done at its end is done. */
final class FormerHolderEnds implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(3);
        Role former = cast.get(1).role();
        Holding.begin(former, stage.resource());
        former.release();
        Holding.begin(cast.get(0).role(), stage.resource());
        Reply again = former.acquire(stage.resource(), Time.BRIEF);
        if (again.isDone()) {
            return Outcome.loses("the former holder is let in again");
        }
        cast.get(1).exit();
        String ends = "the former holder: " + Outcome.inWords(again) + ", and ends";
        return Holding.isLetIn(cast.get(2), stage.resource())
                ? Outcome.loses(ends + "; then another process is let in")
                : Outcome.holds(ends);
    }
}
