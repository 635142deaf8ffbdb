package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;
import java.util.function.Function;

/**
 * One thread holds; another of the same JVM is refused; is another process still kept out?
 *
 * @param name what the other is called
 * @param second the other, in the JVM that holds
 */
record RefusedThread(String name, Function<Actor, Role> second) implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Actor holder = cast.get(0);
        Holding.begin(holder.role(), stage.resource());
        Reply attempt = second.apply(holder).acquire(stage.resource(), Time.BRIEF);
        if (attempt.isDone()) {
            return Outcome.loses("the second " + name + " is let in");
        }
        String refused = "the second " + name + ": " + Outcome.inWords(attempt);
        return Holding.isLetIn(cast.get(1), stage.resource())
                ? Outcome.loses(refused + "; then another process is let in")
                : Outcome.holds(refused);
    }
}
