package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.List;

/** A waiter that gets nothing within its limit wants to know the holder. */
final class NamedHolder implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        Reply reply = cast.get(1).role().acquire(stage.resource(), Time.BRIEF);
        return switch (reply.kind()) {
            case DONE -> Outcome.loses("another process is let in beside the holder");
            case SILENT -> Outcome.hangs("knows no limit");
            case BUSY -> Outcome.lacks("silent", "no message");
            case THREW ->
                reply.message().matches(".*\\b" + cast.get(0).pid() + "\\b.*")
                        ? new Outcome(
                                Outcome.Verdict.HOLDS, "named", reply.exception() + " has the process of the holder")
                        : Outcome.lacks("nameless", reply.exception() + " does not have the process of the holder");
        };
    }
}
