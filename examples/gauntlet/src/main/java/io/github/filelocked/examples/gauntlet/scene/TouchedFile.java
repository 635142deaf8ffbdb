package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.nio.file.Path;
import java.util.List;

/**
 * Somebody does to the lock file of a holder what he should not: a script that tidies up, a backup, a search.
 *
 * @param done what is done to it, as a participle
 */
record TouchedFile(String done, Touch touch) implements Scene {

    /** The action on the file. */
    @FunctionalInterface
    interface Touch {

        void touch(Actor holder, Path file) throws Exception;
    }

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Role holder = cast.get(0).role();
        Holding.begin(holder, stage.resource());
        List<Path> files = stage.lockFiles();
        if (files.isEmpty()) {
            return Outcome.lacks("no file", "there is no lock file to be " + done);
        }
        for (Path file : files) {
            touch.touch(cast.get(0), file);
        }
        return Holding.isLetIn(cast.get(1), stage.resource())
                ? Outcome.lostUnless(holder.release(), "another process is let in beside the holder")
                : Outcome.holds("still alone");
    }
}
