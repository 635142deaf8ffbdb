package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** One thread of the stress test. It answers how often it has incremented which counter, and how its attempts ended. */
public final class StressWorker implements Callable<Map<String, Integer>> {

    /** Files by their own name, and one directory, whose counter is inside. */
    static final List<String> RESOURCES = List.of("a", "b", "c", "directory");

    private final Map<String, Integer> sums = new HashMap<>();
    private Random random;
    private int refereePort;
    private Path dir;
    private long millis;

    /** Public like the class, since a copy of it is called by reflection. */
    public void configure(int port, long seed, Path directory, long howLong) {
        this.refereePort = port;
        this.random = new Random(seed);
        this.dir = directory;
        this.millis = howLong;
    }

    /** Where a resource's counter is, given the resource's own path. */
    static Path counterOf(Path resource) {
        return resource.endsWith("directory") ? resource.resolve("counter") : resource;
    }

    @Override
    public Map<String, Integer> call() throws IOException {
        String name =
                ProcessHandle.current().pid() + "/" + Thread.currentThread().getName();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try (Referee.Player player = new Referee.Player(refereePort, name)) {
            while (System.nanoTime() < end) {
                try {
                    attempt(player);
                } catch (LockNotAcquiredException busy) {
                    count("busy");
                } catch (LockInterruptedException interrupted) {
                    if (!Thread.interrupted()) {
                        throw new AssertionError("the flag is not set", interrupted);
                    }
                    count("interrupted");
                }
            }
        }
        return sums;
    }

    private void attempt(Referee.Player player) throws IOException {
        FileLocks locks = FileLocks.builder()
                .ownerRecord(random.nextInt(4) > 0)
                .longWaitLogInterval(Duration.ZERO)
                .build();
        List<LockTarget> targets = randomTargets();
        try (HeldLocks held = locks.acquireAll(targets, randomTimeout(), LockOrigin.of("stress"))) {
            count("acquired");
            for (int i = 0; i < targets.size(); i++) {
                work(player, targets.get(i).mode(), held.locks().get(i));
            }
            if (random.nextInt(8) == 0) {
                reenter(locks, targets.get(0));
            }
            if (random.nextInt(8) == 0) {
                held.detach();
            }
        }
    }

    /** Re-entrance takes no waiting, so it must succeed unless an interrupt comes just now. */
    private void reenter(FileLocks locks, LockTarget target) {
        try (HeldLock again = locks.tryAcquire(target).orElse(null)) {
            if (again == null) {
                throw new AssertionError("not reentrant: " + target);
            }
            count("reentered");
        } catch (LockInterruptedException interrupted) {
            boolean unused = Thread.interrupted();
        }
    }

    private void work(Referee.Player player, LockMode mode, HeldLock lock) throws IOException {
        Path counter = counterOf(lock.path());
        player.enter(lock.path().toString(), mode == LockMode.SHARED);
        if (mode == LockMode.EXCLUSIVE) {
            Counter.increment(counter);
            count(lock.path().getFileName().toString());
        } else {
            int before = Counter.read(counter);
            if (Counter.read(counter) != before) {
                throw new AssertionError("written under a shared lock: " + counter);
            }
            count("shared");
        }
        if (!lock.isHeld()) {
            throw new AssertionError("lost: " + lock);
        }
        player.leave(lock.path().toString());
    }

    private List<LockTarget> randomTargets() {
        List<LockTarget> targets = new ArrayList<>();
        Set<String> chosen = new HashSet<>();
        int wanted = random.nextInt(4) == 0 ? 2 : 1;
        while (targets.size() < wanted) {
            String name = RESOURCES.get(random.nextInt(RESOURCES.size()));
            if (chosen.add(name)) {
                targets.add(new LockTarget(
                        dir.resolve(name),
                        name.equals("directory") ? ResourceType.DIRECTORY : ResourceType.FILE,
                        random.nextInt(3) == 0 ? LockMode.SHARED : LockMode.EXCLUSIVE));
            }
        }
        return targets;
    }

    private Duration randomTimeout() {
        return switch (random.nextInt(3)) {
            case 0 -> Duration.ZERO;
            case 1 -> Duration.ofNanos(random.nextInt(5_000_000));
            default -> FileLocks.NO_LIMIT;
        };
    }

    private void count(String what) {
        sums.merge(what, 1, Integer::sum);
    }
}
