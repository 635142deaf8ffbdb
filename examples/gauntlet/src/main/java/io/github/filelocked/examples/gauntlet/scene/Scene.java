package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Stage;

/** Something that happens to users of locks. */
@FunctionalInterface
interface Scene {

    /** Plays it, and tells what came of it. */
    Outcome play(Stage stage) throws Exception;
}
