package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Referee;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Processes with so many threads each that all add to one number in a file, as often as they get in. */
record Crowd(int processes, int threads) implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        List<Role> workers = new ArrayList<>();
        for (Actor actor : stage.cast(processes)) {
            for (int i = 0; i < threads; i++) {
                workers.add(actor.role());
            }
        }
        for (Role worker : workers) {
            worker.beginToWork(Time.WORK, stage.resource(), stage.ledgers());
        }
        int hanging = 0;
        for (Role worker : workers) {
            Reply reply = worker.await(Time.WORK.plus(Time.PATIENCE));
            if (reply.hasThrown()) {
                throw new IllegalStateException("the referee has no account of a worker: " + reply);
            }
            if (reply.isSilent()) {
                hanging++;
            }
        }
        return hanging > 0
                ? Outcome.hangs(hanging + " of " + workers.size() + " threads do not come back")
                : judge(stage.referee());
    }

    private static Outcome judge(Referee referee) {
        String thrown = referee.failures().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %,d times %s",
                        referee.failures().size(),
                        String.join(", ", new TreeSet<>(referee.failures())));
        String account = String.format(
                Locale.ROOT,
                "%,d of %,d updates lost, %,d times inside together%s",
                referee.lost(),
                referee.updates(),
                referee.overlaps(),
                thrown);
        if (referee.lost() != 0 || referee.overlaps() != 0) {
            return Outcome.loses(account);
        }
        if (referee.updates() == 0) {
            return Outcome.hangs("nobody gets in" + thrown);
        }
        return thrown.isEmpty() ? Outcome.holds(account) : Outcome.throwing(account);
    }
}
