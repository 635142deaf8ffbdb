package io.github.filelocked.sidecar.process;

import com.sun.management.OperatingSystemMXBean;
import io.github.filelocked.FileLocks;
import io.github.filelocked.FileLocksBuilder;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockLostException;
import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * The commands to one thread of a {@link LockActor}'s process. A function of JDK types, so that a second copy of
 * it, with a second copy of the library, can be loaded by another class loader.
 */
public final class ActorCommands implements Function<List<String>, List<String>> {

    /** Of the whole process, so that one thread can close what another has acquired. */
    private static final Map<Hold, HeldLock> HELD = new ConcurrentHashMap<>();

    private static final Map<String, FileLock> FOREIGN = new ConcurrentHashMap<>();
    private static final Map<String, Process> CHILDREN = new ConcurrentHashMap<>();
    private static final List<Logger> CAPTURED = new ArrayList<>();

    /** A path as it was spelled, and who acquired it. */
    private record Hold(String path, Thread acquirer) {}

    private FileLocks locks = FileLocks.create();
    private Referee.Player player;

    @Override
    public List<String> apply(List<String> command) {
        List<String> args = command.subList(1, command.size());
        try {
            return switch (command.get(0)) {
                case "options" -> options(args);
                case "acquire" -> acquire(args);
                case "release" -> release(args.get(0));
                case "read" -> read(args.get(0));
                case "leak" -> leak(target(args));
                case "increment" -> increment(args.get(0), Integer.parseInt(args.get(1)));
                case "patient" -> cpuTimeOfWaiting(target(args), Duration.parse(args.get(3)));
                case "foreignLock" -> foreignLock(args);
                case "foreignTryLock" -> foreignTryLock(args);
                case "foreignTryLockToo" -> foreignTryLockToo(args);
                case "foreignUnlock" -> foreignUnlock(args.get(0));
                case "foreignLeak" -> foreignLeak(args.get(0));
                case "collectGarbage" -> collectGarbage();
                case "startChild" -> startChild(args.get(0));
                case "endChild" -> endChild(args.get(0));
                case "captureLog" -> captureLog(args.get(0));
                case "tables" -> tables();
                default -> throw new IllegalArgumentException(command.toString());
            };
        } catch (LockNotAcquiredException busy) {
            return busy(busy);
        } catch (LockInterruptedException interrupted) {
            // The flag is cleared, or the next command would find it.
            return List.of("interrupted", String.valueOf(Thread.interrupted()));
        } catch (LockRefusedException refused) {
            return List.of("refused", refused.toString());
        } catch (IOException | InterruptedException failure) {
            return List.of("failed", failure.toString());
        }
    }

    private List<String> options(List<String> args) {
        FileLocksBuilder builder = FileLocks.builder();
        for (int i = 0; i < args.size(); i += 2) {
            String value = args.get(i + 1);
            switch (args.get(i)) {
                case "longWaitLogInterval" -> builder.longWaitLogInterval(Duration.parse(value));
                case "ownerRecord" -> builder.ownerRecord(Boolean.parseBoolean(value));
                case "lockFilePermissions" -> builder.lockFilePermissions(PosixFilePermissions.fromString(value));
                default -> throw new IllegalArgumentException(args.get(i));
            }
        }
        locks = builder.build();
        return List.of("done");
    }

    /** Arguments: path, type, mode, timeout, operation. */
    private List<String> acquire(List<String> args) throws IOException {
        Duration timeout = args.get(3).isEmpty() ? FileLocks.NO_LIMIT : Duration.parse(args.get(3));
        LockTarget target = target(args);
        long start = System.nanoTime();
        HeldLock lock = args.get(4).isEmpty()
                ? locks.acquire(target, timeout)
                : locks.acquireAll(List.of(target), timeout, LockOrigin.of(args.get(4)))
                        .locks()
                        .get(0);
        long waited = System.nanoTime() - start;
        HELD.put(new Hold(args.get(0), Thread.currentThread()), lock);
        enter(lock, target.mode());
        return List.of("acquired", lock.path().toString(), String.valueOf(TimeUnit.NANOSECONDS.toMillis(waited)));
    }

    private static List<String> busy(LockNotAcquiredException busy) {
        LockHolder holder = busy.holder().orElse(null);
        return List.of(
                "busy",
                busy.getMessage(),
                String.valueOf(busy.waited().toMillis()),
                holder == null ? "" : String.valueOf(holder.pid()),
                holder == null ? "" : holder.host(),
                holder == null ? "" : holder.thread(),
                holder == null ? "" : holder.operation(),
                holder == null || holder.since() == null ? "" : holder.since().toString());
    }

    private List<String> release(String path) throws IOException {
        HeldLock lock = HELD.remove(new Hold(path, Thread.currentThread()));
        if (lock == null) { // Then it is one that another thread has acquired.
            Hold others = HELD.keySet().stream()
                    .filter(hold -> hold.path().equals(path))
                    .findAny()
                    .orElseThrow();
            lock = HELD.remove(others);
        }
        leave(lock);
        lock.close();
        return List.of("released");
    }

    /** Returns the content of the file as soon as it may be read. */
    private List<String> read(String path) throws IOException {
        try (HeldLock lock = locks.acquire(LockTarget.file(Path.of(path)).shared())) {
            return List.of("read", Files.readString(lock.path()));
        }
    }

    private List<String> leak(LockTarget target) {
        HeldLock unused = locks.acquire(target);
        return List.of("leaked");
    }

    private List<String> increment(String path, int rounds) throws IOException {
        long longest = 0;
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            // An instance for every round: instances differ in their options, not in their locks.
            try (HeldLock lock = FileLocks.create().acquire(Path.of(path))) {
                longest = Math.max(longest, System.nanoTime() - start);
                enter(lock, LockMode.EXCLUSIVE);
                Counter.increment(lock.path());
                leave(lock);
            } catch (LockLostException lockFileDeleted) {
                // The test deletes it, and no other process is there to enter.
            }
        }
        return List.of("incremented", String.valueOf(TimeUnit.NANOSECONDS.toMillis(longest)));
    }

    /** Waits in vain, and tells what that has cost: this thread's CPU time, and the whole process's. */
    private List<String> cpuTimeOfWaiting(LockTarget target, Duration timeout) {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        locks.tryAcquire(target, Duration.ofMillis(20)); // The first wait loads classes.
        long threadBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long processBefore = process.getProcessCpuTime();
        boolean acquired = locks.tryAcquire(target, timeout).isPresent();
        long threadUsed = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - threadBefore;
        long processUsed = process.getProcessCpuTime() - processBefore;
        return List.of(
                acquired ? "acquired" : "waited",
                String.valueOf(TimeUnit.NANOSECONDS.toMillis(threadUsed)),
                String.valueOf(TimeUnit.NANOSECONDS.toMillis(processUsed)));
    }

    /** As a program does that knows nothing of this library. Arguments: path, position, size. */
    private static List<String> foreignLock(List<String> args) throws IOException {
        FileChannel channel = FileChannel.open(Path.of(args.get(0)), StandardOpenOption.READ, StandardOpenOption.WRITE);
        FOREIGN.put(args.get(0), channel.lock(Long.parseLong(args.get(1)), Long.parseLong(args.get(2)), false));
        return List.of("acquired");
    }

    private static List<String> foreignTryLock(List<String> args) throws IOException {
        try (FileChannel channel =
                FileChannel.open(Path.of(args.get(0)), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock(Long.parseLong(args.get(1)), Long.parseLong(args.get(2)), false);
            return List.of(lock == null ? "busy" : "acquired");
        }
    }

    /** Another part of what this program has locked already, through the descriptor that it has open. */
    private static List<String> foreignTryLockToo(List<String> args) throws IOException {
        FileChannel channel = (FileChannel) FOREIGN.get(args.get(0)).acquiredBy();
        FileLock lock = channel.tryLock(Long.parseLong(args.get(1)), Long.parseLong(args.get(2)), false);
        return List.of(lock == null ? "busy" : "acquired");
    }

    private static List<String> foreignUnlock(String path) throws IOException {
        FOREIGN.remove(path).acquiredBy().close();
        return List.of("released");
    }

    /** The control of the garbage-collection tests: a lock that nobody keeps reachable. */
    private static List<String> foreignLeak(String path) throws IOException {
        FileLock unused = FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE)
                .lock();
        return List.of("leaked");
    }

    private static List<String> collectGarbage() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            System.runFinalization();
        }
        return List.of("done");
    }

    private static List<String> startChild(String name) throws IOException {
        // Inherits whatever a child process inherits, and lives until its standard input ends.
        CHILDREN.put(
                name,
                new ProcessBuilder(
                                ChildJvm.java(), "-Xshare:auto", "-cp", ChildJvm.classPath(), Bystander.class.getName())
                        .redirectErrorStream(true)
                        .start());
        int alive = CHILDREN.get(name).getInputStream().read();
        return List.of(alive < 0 ? "stillborn" : "started");
    }

    private static List<String> endChild(String name) throws IOException, InterruptedException {
        Process child = CHILDREN.remove(name);
        child.getOutputStream().close();
        boolean ended = child.waitFor(ChildJvm.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return List.of(ended ? "ended" : "hangs");
    }

    private static List<String> captureLog(String loggerName) {
        Logger logger = Logger.getLogger(loggerName);
        CAPTURED.add(logger); // Kept, since java.util.logging refers to its loggers weakly.
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                Lines.say("log", line.getLevel().getName(), new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return List.of("done");
    }

    private static List<String> tables() {
        return List.of(
                String.valueOf(System.getProperties().get("io.github.filelocked.claims/2")),
                String.valueOf(System.getProperties().get("io.github.filelocked.inodes/2")));
    }

    private void enter(HeldLock lock, LockMode mode) throws IOException {
        String port = System.getProperty("referee");
        if (port != null && player == null) {
            player = new Referee.Player(
                    Integer.parseInt(port),
                    ProcessHandle.current().pid() + "/" + Thread.currentThread().getName() + "/"
                            + System.identityHashCode(this));
        }
        if (player != null) {
            player.enter(lock.path().toString(), mode == LockMode.SHARED);
        }
    }

    private void leave(HeldLock lock) throws IOException {
        if (player != null) {
            player.leave(lock.path().toString());
        }
    }

    private static LockTarget target(List<String> args) {
        return new LockTarget(Path.of(args.get(0)), ResourceType.valueOf(args.get(1)), LockMode.valueOf(args.get(2)));
    }

    /** A process that takes no part. */
    static final class Bystander {

        private Bystander() {}

        public static void main(String[] args) throws IOException {
            System.out.write('!');
            System.out.flush();
            while (System.in.read() >= 0) {}
        }
    }
}
