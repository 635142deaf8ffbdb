package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lock file is deleted while one waits; then the holder goes, the waiter enters, and a newcomer arrives. */
final class OrphanedWaiter implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Actor> cast = stage.cast(3);
        Role holder = cast.get(0).role();
        Role waiter = cast.get(1).role();
        Holding.begin(holder, stage.resource());
        waiter.beginToAcquire(stage.resource(), Time.PATIENCE);
        if (waiter.await(Time.SETTLING).isDone()) {
            return Outcome.loses("another process is let in beside the holder");
        }
        List<Path> files = stage.lockFiles();
        if (files.isEmpty()) {
            return Outcome.lacks("no file", "there is no lock file to be deleted");
        }
        for (Path file : files) {
            Files.delete(file);
        }
        if (waiter.await(Time.SETTLING).isDone()) {
            return Outcome.lostUnless(holder.release(), "the waiter is let in beside the holder");
        }
        holder.release();
        if (!waiter.await(Time.PATIENCE).isDone()) {
            return Outcome.hangs("the waiter does not get in");
        }
        return Holding.isLetIn(cast.get(2), stage.resource())
                ? Outcome.lostUnless(waiter.release(), "the newcomer is let in beside the waiter, who has an orphan")
                : Outcome.holds("the waiter alone");
    }
}
