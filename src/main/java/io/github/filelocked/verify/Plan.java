package io.github.filelocked.verify;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The size of a run, and the limits of its waits.
 *
 * @param processes how many workers there are
 * @param hammering how long they all want the one lock
 * @param minHandOvers between processes, below which there was too little contention to conclude anything
 * @param lockPatience how long a worker waits for a lock
 * @param answerPatience how long a worker may take for anything else, its start above all
 * @param limit how long everything may take
 * @param classPath where the workers' classes are
 * @param worker the workers' main class
 */
record Plan(
        int processes,
        Duration hammering,
        int minHandOvers,
        Duration lockPatience,
        Duration answerPatience,
        Duration limit,
        String classPath,
        String worker) {

    /** Returns the plan that users get: under 20 seconds, whatever happens. */
    static Plan standard() {
        return new Plan(
                4,
                Duration.ofSeconds(8),
                100,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(18),
                ownClasses(),
                Worker.class.getName());
    }

    /**
     * Returns the jar, or directory, that this class is from: it is enough for the workers, whatever else is on the
     * class path.
     */
    private static String ownClasses() {
        try {
            return Path.of(Plan.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
