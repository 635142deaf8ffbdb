package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * One client of the stress test after Lucene's: single attempts, one after the other, with pauses in and between them.
 */
final class SingleAttemptsMain {

    private static final long PAUSE_MILLIS = 1;

    private SingleAttemptsMain() {}

    /** Arguments: the referee's port, a seed, the file, how many tries. */
    public static void main(String[] args) throws Exception {
        Random random = new Random(Long.parseLong(args[1]));
        Path file = Path.of(args[2]);
        int tries = Integer.parseInt(args[3]);
        ExecutorService second = Executors.newSingleThreadExecutor();
        FileLocks locks = FileLocks.create();
        Lines.say("ready");
        if (System.in.read() < 0) { // All clients begin together.
            return;
        }
        int acquired = 0;
        try (Referee.Player player = new Referee.Player(
                Integer.parseInt(args[0]), "client " + ProcessHandle.current().pid())) {
            for (int i = 0; i < tries; i++) {
                Optional<HeldLock> attempt = locks.tryAcquire(file);
                if (attempt.isPresent()) {
                    try (HeldLock lock = attempt.get()) {
                        player.enter(lock.path().toString(), false);
                        Counter.increment(lock.path());
                        acquired++;
                        if (random.nextInt(10) == 0) {
                            locks = random.nextBoolean() ? FileLocks.create() : locks;
                            FileLocks asker = locks;
                            // This thread would be let in again, so another one asks.
                            if (second.submit(() -> asker.tryAcquire(file).isPresent())
                                    .get(ChildJvm.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                                throw new AssertionError("obtained twice");
                            }
                        }
                        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                        player.leave(lock.path().toString());
                    }
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } finally {
            second.shutdownNow();
        }
        Lines.say("acquired", String.valueOf(acquired));
        Lines.say(
                "tables",
                String.valueOf(System.getProperties().get("io.github.filelocked.claims/2")),
                String.valueOf(System.getProperties().get("io.github.filelocked.inodes/2")));
    }
}
