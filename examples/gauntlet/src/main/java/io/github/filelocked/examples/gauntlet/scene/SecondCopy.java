package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;

/** Two applications of one server, each with the library in a class loader of its own. */
final class SecondCopy implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        Reply second = cast.get(0).roleInSecondCopy().acquire(stage.resource(), Time.BRIEF);
        if (second.isDone()) {
            return Outcome.loses("the second application is let in");
        }
        String refused = "the second application: " + Outcome.inWords(second);
        return Holding.isLetIn(cast.get(1), stage.resource())
                ? Outcome.loses(refused + "; then another process is let in")
                : Outcome.holds(refused);
    }
}
