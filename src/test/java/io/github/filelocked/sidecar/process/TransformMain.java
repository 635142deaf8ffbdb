package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One process of the test after {@code cmd/go}'s: threads that replace a file's content, where it stands, by
 * consecutive numbers, as many as a power of two. Whoever reads anything else has read what another one was writing.
 */
final class TransformMain {

    private static final int MOST_NUMBERS = 8 << 10;

    private TransformMain() {}

    /** Arguments: the referee's port, a seed, the file, how many threads, how often each. */
    public static void main(String[] args) throws Exception {
        int threads = Integer.parseInt(args[3]);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Lines.say("ready");
        if (System.in.read() < 0) { // All processes begin together.
            return;
        }
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            results.add(pool.submit(worker(args, Long.parseLong(args[1]) + i)));
        }
        pool.shutdown();
        int transformed = 0;
        for (Future<Integer> result : results) {
            transformed += result.get();
        }
        Lines.say("transformed", String.valueOf(transformed));
    }

    private static Callable<Integer> worker(String[] args, long seed) {
        Random random = new Random(seed);
        LockTarget target = LockTarget.file(Path.of(args[2]));
        FileLocks locks = FileLocks.create();
        return () -> {
            int transformed = 0;
            try (Referee.Player player = new Referee.Player(
                    Integer.parseInt(args[0]), ProcessHandle.current().pid() + "/" + seed)) {
                for (int i = 0; i < Integer.parseInt(args[4]); i++) {
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(100));
                    boolean readsOnly = random.nextInt(4) == 0;
                    try (HeldLock lock = locks.acquire(readsOnly ? target.shared() : target)) {
                        String path = lock.path().toString();
                        player.enter(path, readsOnly);
                        String flaw = flawIn(lock.path());
                        if (!flaw.isEmpty()) {
                            throw new AssertionError(flaw);
                        }
                        if (!readsOnly) {
                            int length = Integer.highestOneBit(1 + random.nextInt(MOST_NUMBERS));
                            write(lock.path(), random.nextInt(length), length);
                            transformed++;
                        }
                        player.leave(path);
                    }
                }
            }
            return transformed;
        };
    }

    /** Neither at once nor to another file first: this is what the lock is for. */
    static void write(Path file, long first, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length * Long.BYTES);
        for (int i = 0; i < length; i++) {
            content.putLong(first + i);
        }
        Files.write(file, content.array());
    }

    /** Returns what is wrong with the content, or nothing. */
    static String flawIn(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = bytes.length / Long.BYTES;
        if (bytes.length % Long.BYTES != 0 || Integer.bitCount(length) != 1) {
            return bytes.length + " bytes, although all write a power of two of numbers";
        }
        ByteBuffer content = ByteBuffer.wrap(bytes);
        long first = content.getLong();
        for (int i = 1; i < length; i++) {
            long next = content.getLong();
            if (next != first + i) {
                return next + " at place " + i + " of " + length + ", although the first one is " + first;
            }
        }
        return "";
    }
}
