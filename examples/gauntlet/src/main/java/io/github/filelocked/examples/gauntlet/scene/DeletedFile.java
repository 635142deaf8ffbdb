package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Somebody tidies up, and deletes the lock file of a holder. */
final class DeletedFile implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(2);
        Role holder = cast.get(0).role();
        Holding.begin(holder, stage.resource());
        List<Path> files = stage.lockFiles();
        if (files.isEmpty()) {
            return Outcome.lacks("no file", "there is no lock file to be deleted");
        }
        for (Path file : files) {
            Files.delete(file);
        }
        return Holding.isLetIn(cast.get(1), stage.resource())
                ? Outcome.lostUnless(holder.release(), "another process is let in beside the holder")
                : Outcome.holds("still alone");
    }
}
