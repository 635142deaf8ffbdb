package io.github.filelocked.examples.gauntlet.scene;

import java.time.Duration;

/** The lengths of the scenes and of their waits. */
final class Time {

    /** For an attempt that should get in at once, or not at all. */
    static final Duration BRIEF = Duration.ofMillis(400);

    /** For a waiter to begin to wait, which cannot be seen from outside. */
    static final Duration SETTLING = Duration.ofMillis(600);

    /** For what should come at once, and need not. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** For crowds to work. */
    static final Duration WORK = Duration.ofMillis(1_000);

    /** Longer than the leases of those who have one. */
    static final Duration LONG = Duration.ofSeconds(12);

    private Time() {}
}
