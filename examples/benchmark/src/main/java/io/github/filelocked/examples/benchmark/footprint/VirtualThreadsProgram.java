package io.github.filelocked.examples.benchmark.footprint;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has many virtual threads wait for one lock. Prints how long a virtual thread that wants no lock had to wait for a
 * carrier meanwhile, in nanoseconds; how many had the lock in their turn; and how long that took all of them.
 */
final class VirtualThreadsProgram {

    private static final int LIMIT_SECONDS = 20;

    private VirtualThreadsProgram() {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        FileLocks locks = FileLocks.create();
        AtomicInteger had = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(count);
        try (Scratch scratch = Scratch.create()) {
            ExecutorService threads = executor();
            long released;
            try (HeldLock held = locks.acquire(scratch.file("resource"))) {
                for (int i = 0; i < count; i++) {
                    threads.execute(() -> {
                        started.countDown();
                        locks.acquire(held.path()).close();
                        had.incrementAndGet();
                    });
                }
                started.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                long asked = System.nanoTime();
                long ran = CompletableFuture.supplyAsync(System::nanoTime, threads)
                        .completeOnTimeout(Long.MAX_VALUE, LIMIT_SECONDS, TimeUnit.SECONDS)
                        .get();
                System.out.println(ran - asked);
                released = System.nanoTime();
            }
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
            System.out.println(had.get());
            System.out.println(System.nanoTime() - released);
        }
    }

    /** Called by its name: this class is compiled for a JDK that does not have it. */
    private static ExecutorService executor() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
