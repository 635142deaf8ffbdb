package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** An application in a class loader of its own: it waits for a lock that another process holds, in vain, and ends. */
public final class UnloadedApplication implements BiFunction<String, String, String> {

    private static final Duration TIMEOUT = Duration.ofMillis(500);

    @Override
    public String apply(String wait, String file) {
        FileLocks locks =
                FileLocks.builder().longWaitLogInterval(Duration.ofMillis(100)).build();
        LockTarget target = LockTarget.file(Path.of(file));
        try {
            switch (wait) {
                case "blocking" -> locks.acquire(target, TIMEOUT);
                case "virtual" ->
                    InThread.startVirtual(() -> locks.acquire(target, TIMEOUT)).result();
                case "asynchronous" -> locks.acquireAsync(target, TIMEOUT).get(20, TimeUnit.SECONDS);
                case "cancelled" -> {
                    locks.acquireAsync(target, Duration.ofDays(1)).cancel(true);
                    return "busy";
                }
                case "nested" -> {
                    try (HeldLock outer = locks.acquire(target.shared(), Duration.ZERO);
                            HeldLock inner = locks.acquire(target.shared(), Duration.ZERO)) {
                        return outer.isHeld() && inner.isHeld() ? "busy" : "lost";
                    }
                }
                case "successful" -> {
                    locks.acquire(target.shared(), Duration.ZERO).close();
                    return "busy";
                }
                default -> throw new IllegalArgumentException(wait);
            }
            return "acquired";
        } catch (LockNotAcquiredException busy) {
            return "busy";
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof LockNotAcquiredException ? "busy" : failed.toString();
        } catch (Exception failure) {
            return failure.toString();
        }
    }
}
