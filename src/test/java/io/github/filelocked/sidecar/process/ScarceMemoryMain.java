package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Acquires many files at once, again and again, with less memory than that takes. */
final class ScarceMemoryMain {

    private static final int BLOCK = 1_024;

    private ScarceMemoryMain() {}

    /** Arguments: the directory, how many files, how many rounds, a seed. */
    public static void main(String[] args) throws Exception {
        FileLocks locks = FileLocks.create();
        List<LockTarget> targets = IntStream.range(0, Integer.parseInt(args[1]))
                .mapToObj(i -> LockTarget.file(Path.of(args[0], "f" + i)))
                .toList();
        int rounds = Integer.parseInt(args[2]);
        Random random = new Random(Long.parseLong(args[3]));
        locks.acquireAll(targets, Duration.ZERO, LockOrigin.NONE).close(); // Loads all classes.
        int failures = 0;
        int bad = 0;
        for (int round = 0; round < rounds; round++) {
            Object[] filler = fill();
            free(filler, 40 + random.nextInt(360));
            boolean failed = false;
            try {
                acquireAndClose(locks, targets);
            } catch (OutOfMemoryError exhausted) {
                failed = true;
            }
            filler = null;
            failures += failed ? 1 : 0;
            if (failed && !isEmpty("claims/2", "inodes/2", "resources/1")) {
                bad++;
            }
            Lines.say("round", String.valueOf(round)); // Each failed allocation is a collection, so a round takes long.
        }
        Lines.say("failures", String.valueOf(failures), String.valueOf(bad));
        if (System.in.read() < 0) { // The test looks from outside before this process ends.
            return;
        }
    }

    private static void acquireAndClose(FileLocks locks, List<LockTarget> targets) {
        HeldLocks held = locks.acquireAll(targets, Duration.ZERO, LockOrigin.NONE);
        held.close();
    }

    /** Takes all memory in small blocks that are linked to each other. */
    private static Object[] fill() {
        Object[] last = null;
        try {
            while (true) {
                Object[] block = new Object[BLOCK / 4];
                block[0] = last;
                last = block;
            }
        } catch (OutOfMemoryError full) {
            return last;
        }
    }

    private static void free(Object[] filler, int blocks) {
        Object[] kept = filler;
        for (int i = 0; i < blocks && kept != null; i++) {
            kept = (Object[]) kept[0];
        }
        filler[0] = kept;
    }

    private static boolean isEmpty(String... tables) {
        for (String table : tables) {
            if (System.getProperties().get("io.github.filelocked." + table) instanceof Map<?, ?> map
                    && !map.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
