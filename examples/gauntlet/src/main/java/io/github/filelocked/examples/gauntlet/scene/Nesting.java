package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;

/** A thread that holds acquires once more, and releases that; is another process still kept out? */
final class Nesting implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Role holder = cast.get(0).role();
        Holding.begin(holder, stage.resource());
        Reply inner = holder.acquire(stage.resource(), Time.BRIEF);
        if (inner.isDone()) {
            holder.release();
        }
        if (Holding.isLetIn(cast.get(1), stage.resource())) {
            return Outcome.loses(
                    (inner.isDone() ? "the inner release" : "the inner attempt (" + Outcome.inWords(inner) + ")")
                            + " drops the outer lock: another process is let in");
        }
        return switch (inner.kind()) {
            case DONE -> Outcome.holds("enters again");
            case BUSY -> Outcome.lacks("refuses", "waits for itself, and gives up at its limit");
            case THREW -> Outcome.throwing(inner.exception());
            case SILENT -> Outcome.hangs("waits for itself, beyond its limit");
        };
    }
}
