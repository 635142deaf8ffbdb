package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Reply;
import io.github.filelocked.examples.gauntlet.actor.Role;
import java.nio.file.Path;

/** The beginning and the end of most scenes: one is inside, and another tries. */
final class Holding {

    private Holding() {}

    /** Has one acquire while nobody else is there. */
    static void begin(Role holder, Path resource) throws Exception {
        Reply reply = holder.acquire(resource, Time.PATIENCE);
        if (!reply.isDone()) {
            throw new IllegalStateException("the first does not get in: " + reply);
        }
    }

    /** Returns whether a new thread of this process gets in while another is inside. */
    static boolean isLetIn(Actor other, Path spelling) throws Exception {
        return other.role().acquire(spelling, Time.BRIEF).isDone();
    }
}
