package io.github.filelocked.verify;

import java.time.Duration;

/** The plan of users, made brief, with workers of the test's choice. */
final class Plans {

    private static final Duration HAMMERING = Duration.ofMillis(600);

    /** Only failures use it up. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration SOON = Duration.ofMillis(400);

    private Plans() {}

    static Plan brief() {
        return new Plan(
                4,
                HAMMERING,
                1,
                PATIENCE,
                PATIENCE,
                PATIENCE.multipliedBy(2),
                Plan.standard().classPath(),
                Worker.class.getName());
    }

    static Plan endless() {
        return new Plan(
                4, PATIENCE, 1, PATIENCE, PATIENCE, PATIENCE.multipliedBy(2), brief().classPath(), brief().worker());
    }

    static Plan withHandOvers(int atLeast) {
        Plan brief = brief();
        return new Plan(4, HAMMERING, atLeast, PATIENCE, PATIENCE, brief.limit(), brief.classPath(), brief.worker());
    }

    static Plan withWorker(Class<?> worker) {
        return new Plan(
                4,
                HAMMERING,
                1,
                PATIENCE,
                PATIENCE,
                brief().limit(),
                System.getProperty("java.class.path"),
                worker.getName());
    }

    static Plan withNoSuchWorker() {
        return new Plan(4, HAMMERING, 1, PATIENCE, PATIENCE, brief().limit(), brief().classPath(), "no.such.Worker");
    }

    /** Gives up soon, on locks or else on any answer. */
    static Plan impatient(Class<?> worker, boolean withLocks) {
        Plan plan = withWorker(worker);
        return new Plan(
                4,
                HAMMERING,
                1,
                withLocks ? SOON : PATIENCE,
                withLocks ? PATIENCE : SOON,
                plan.limit(),
                plan.classPath(),
                plan.worker());
    }

    /** Gives up soon on the whole of it. */
    static Plan limited(Class<?> worker) {
        Plan plan = withWorker(worker);
        return new Plan(4, HAMMERING, 1, PATIENCE, PATIENCE, SOON, plan.classPath(), plan.worker());
    }
}
