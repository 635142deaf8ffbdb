package io.github.filelocked.examples.loadtimeweaving;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockNotAcquiredException;
import java.nio.file.Path;

/**
 * Two threads want one file. Compiled by plain javac; the agent weaves the two annotated methods as they are loaded.
 */
public final class LoadTimeWeaving {

    private LoadTimeWeaving() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: LoadTimeWeaving PATH");
            System.exit(2);
        }
        Path file = Path.of(args[0]);
        keep(file);
        say("has let go");
        inSecondThread(() -> attempt(file));
    }

    @FileLocked("#{#file}")
    static void keep(Path file) throws InterruptedException {
        say("holds " + LockedPath.current());
        inSecondThread(() -> attempt(file));
    }

    /** A timeout of 0 is one attempt. */
    @FileLocked(value = "#{#file}", timeout = "0")
    static void holdNow(Path file) {
        say("holds " + LockedPath.current());
    }

    private static void attempt(Path file) {
        try {
            holdNow(file);
        } catch (LockNotAcquiredException busy) {
            say("is kept out: " + busy.getMessage());
        }
    }

    private static void inSecondThread(Runnable task) throws InterruptedException {
        Thread second = new Thread(task, "second");
        second.start();
        second.join();
    }

    private static void say(String what) {
        System.out.printf("%-6s thread %s%n", Thread.currentThread().getName(), what);
    }
}
