package io.github.filelocked.sidecar.process;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockNotAcquiredException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A process that comes to its end while it holds a lock. */
final class EndingMain {

    /** The way in which the process ends. */
    enum Manner {
        MAIN_RETURNS,
        MAIN_THROWS,
        SYSTEM_EXIT,
        RUNTIME_HALT,
        /** After a shutdown hook that uses a lock of its own, and asks for the one that is held. */
        SYSTEM_EXIT_WITH_A_HOOK
    }

    private EndingMain() {}

    /** Arguments: the file, the manner. */
    public static void main(String... arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Manner manner = Manner.valueOf(arguments[1]);
        HeldLock lock = FileLocks.create().acquire(file);
        Lines.say("inside", lock.path().toString());
        int unused = System.in.read();
        switch (manner) {
            case MAIN_RETURNS -> {}
            case MAIN_THROWS -> throw new IllegalStateException("on purpose");
            case SYSTEM_EXIT -> System.exit(0);
            case RUNTIME_HALT -> Runtime.getRuntime().halt(0);
            case SYSTEM_EXIT_WITH_A_HOOK -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> hook(file), "hook"));
                System.exit(0);
            }
        }
    }

    private static void hook(Path file) {
        FileLocks locks = FileLocks.create();
        try (HeldLock own = locks.acquire(file.resolveSibling("hook.txt"))) {
            Lines.say("hook", own.path().toString());
            locks.acquire(file, Duration.ofMillis(100)).close();
        } catch (LockNotAcquiredException busy) {
            Lines.say("busy", busy.holder().orElseThrow().thread());
        }
    }
}
