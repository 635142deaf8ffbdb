package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** One process of the fuzzer: platform and virtual threads, with two copies of the library, interrupted at random. */
final class FuzzMain {

    /** The time for which the engine may keep what it reuses, such as descriptors, after its last use. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static volatile boolean over;

    private FuzzMain() {}

    /** Arguments: the directory, the seat, a seed, the number of threads, and whether virtual threads take part. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        if (args.length == 1) {
            acquireAll(root);
            return;
        }
        long seed = Long.parseLong(args[2]);
        int number = Integer.parseInt(args[3]);
        ExecutorService closer = Executors.newSingleThreadExecutor(FuzzMain::daemon);
        List<FutureTask<?>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            FutureTask<?> task =
                    new FutureTask<>(worker(i, root, Integer.parseInt(args[1]), 31 * seed + i, closer), null);
            tasks.add(task);
            threads.add(i % 2 == 1 && Boolean.parseBoolean(args[4]) ? virtual(task) : daemon(task));
        }
        threads.forEach(Thread::start);
        Thread interrupter = daemon(() -> interrupt(threads, new Random(seed)));
        interrupter.start();
        Lines.say("ready");
        if (System.in.read() < 0) { // The test has died. Otherwise it says that the time is over.
            return;
        }
        over = true;
        interrupter.join();
        reportEnd(tasks, threads, closer, root);
    }

    private static void reportEnd(List<FutureTask<?>> tasks, List<Thread> threads, ExecutorService closer, Path root)
            throws Exception {
        for (int i = 0; i < tasks.size(); i++) {
            try {
                tasks.get(i).get(ChildJvm.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception failure) {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                Lines.say("failure", threads.get(i) + " " + trace);
            }
        }
        closer.shutdown();
        if (!closer.awaitTermination(ChildJvm.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            Lines.say("failure", "the thread that closes does not end");
        }
        String left = leftovers(root);
        for (long end = System.nanoTime() + IDLE_NANOS; !left.isEmpty() && System.nanoTime() < end; ) {
            Thread.sleep(50);
            left = leftovers(root);
        }
        if (!left.isEmpty()) {
            Lines.say("failure", "left behind:" + left);
        }
        Lines.say("ended");
    }

    /** As a fresh process, which finds nothing held. */
    private static void acquireAll(Path root) {
        FuzzPaths paths = FuzzPaths.in(root);
        FileLocks locks = FuzzWorker.locks(root, true);
        List<HeldLock> held = new ArrayList<>();
        for (int resource = 0; resource < FuzzPaths.RESOURCES; resource++) {
            LockTarget target = new FuzzStep.Want(resource, 1, false).in(paths);
            Optional<HeldLock> lock = locks.tryAcquire(target);
            if (lock.isEmpty()) {
                Lines.say("failure", "still held at the end: " + target);
            }
            lock.ifPresent(held::add);
        }
        held.forEach(HeldLock::close);
        Lines.say("ended");
    }

    /** Tables of the engine that are not empty, and descriptors that are still open. */
    private static String leftovers(Path root) throws IOException {
        StringBuilder left = new StringBuilder();
        System.getProperties().forEach((name, table) -> {
            if (name.toString().startsWith("io.github.filelocked.")
                    && table instanceof Map<?, ?> map
                    && !map.isEmpty()) {
                left.append(" ").append(name).append("=").append(map);
            }
        });
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    Path file = Files.readSymbolicLink(descriptor);
                    if (file.startsWith(root)) {
                        left.append(" ").append(file);
                    }
                } catch (NoSuchFileException closedMeanwhile) {
                    // Among others, the one through which the list was read.
                }
            }
        }
        return left.toString();
    }

    private static void interrupt(List<Thread> threads, Random random) {
        while (!over) {
            try {
                TimeUnit.MICROSECONDS.sleep(random.nextInt(4_000));
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
            threads.get(random.nextInt(threads.size())).interrupt();
        }
    }

    /** Every third thread uses a copy of the library in a class loader of its own. */
    private static Runnable worker(int index, Path root, int seat, long seed, Executor closer) throws Exception {
        Object worker = index % 3 == 2 ? LibraryCopy.newInstance(FuzzWorker.class) : new FuzzWorker();
        BooleanSupplier end = () -> over;
        worker.getClass()
                .getMethod(
                        "configure",
                        Path.class,
                        int.class,
                        int.class,
                        long.class,
                        BooleanSupplier.class,
                        Executor.class)
                .invoke(worker, root, seat, index, seed, end, closer);
        Runnable running = (Runnable) worker;
        return () -> {
            try {
                running.run();
            } catch (Throwable failure) {
                Lines.say("failed", failure.toString()); // At once, since this process may be killed.
                throw failure;
            }
        };
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    /** {@code Thread.ofVirtual().unstarted(work)}, which JDK 17 does not have. */
    private static Thread virtual(Runnable work) throws ReflectiveOperationException {
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (Thread) Class.forName("java.lang.Thread$Builder")
                .getMethod("unstarted", Runnable.class)
                .invoke(builder, work);
    }
}
