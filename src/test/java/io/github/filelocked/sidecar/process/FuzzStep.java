package io.github.filelocked.sidecar.process;

import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One step of a fuzzing thread. A step is drawn whole before it is made, so the steps of a thread depend on its seed
 * alone, and not on what other threads do meanwhile.
 */
record FuzzStep(Kind kind, List<Want> wants, Duration timeout, int bodyMicros, boolean forgetsInterrupt) {

    enum Kind {
        /** Waits without a limit. */
        WAITING,
        /** Waits for a short time. */
        TIMED,
        /** Makes one attempt. */
        SINGLE,
        /** Enters the first resource again by another spelling, and then tries a second resource. */
        NESTED,
        /** Leaves the release to another thread. */
        DETACHED,
        /** Takes several resources at once. */
        SEVERAL;

        FuzzBoard.Tally tally() {
            return FuzzBoard.Tally.valueOf(name());
        }
    }

    /** A resource in one of its spellings and in one mode. */
    record Want(int resource, int spelling, boolean shared) {

        LockTarget in(FuzzPaths paths) {
            return new LockTarget(
                    paths.spelling(resource, spelling),
                    paths.isDirectory(resource) ? ResourceType.DIRECTORY : ResourceType.FILE,
                    shared ? LockMode.SHARED : LockMode.EXCLUSIVE);
        }
    }

    static FuzzStep draw(Random random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        int first = random.nextInt(FuzzPaths.RESOURCES);
        List<Want> wants = new ArrayList<>();
        wants.add(want(first, random));
        wants.add(want((first + 1 + random.nextInt(FuzzPaths.RESOURCES - 1)) % FuzzPaths.RESOURCES, random));
        Duration timeout = Duration.ofNanos(random.nextInt(5_000_000));
        int bodyMicros = random.nextInt(4) == 0 ? random.nextInt(2_000) : 0;
        return new FuzzStep(kind, wants, timeout, bodyMicros, random.nextBoolean());
    }

    Want first() {
        return wants.get(0);
    }

    Want second() {
        return wants.get(1);
    }

    private static Want want(int resource, Random random) {
        return new Want(resource, random.nextInt(1_000), random.nextInt(3) == 0);
    }
}
