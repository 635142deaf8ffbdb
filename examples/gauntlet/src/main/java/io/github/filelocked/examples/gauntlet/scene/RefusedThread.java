package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;

/** A thread holds; a second one of the same JVM is refused; is another process still kept out? */
final class RefusedThread implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        Reply second = cast.get(0).role().acquire(stage.resource(), Time.BRIEF);
        if (second.isDone()) {
            return Outcome.loses("the second thread is let in");
        }
        String refused = "the second thread: " + Outcome.inWords(second);
        return Holding.isLetIn(cast.get(1), stage.resource())
                ? Outcome.loses(refused + "; then another process is let in")
                : Outcome.holds(refused);
    }
}
