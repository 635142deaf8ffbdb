package io.github.filelocked.verify;

import io.github.filelocked.lock.LockMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The holders that each kind of lock admits, tried step by step with three processes; and what becomes of the lock of a
 * killed one.
 */
final class Semantics {

    /** The time for which a waiter must be kept out. */
    private static final Duration GLANCE = Duration.ofMillis(200);

    private final WorkerProcess first;
    private final WorkerProcess second;
    private final WorkerProcess third;
    private final Path file;
    private final Findings findings;

    Semantics(List<WorkerProcess> workers, Path file, Findings findings) {
        this.first = workers.get(0);
        this.second = workers.get(1);
        this.third = workers.get(2);
        this.file = file;
        this.findings = findings;
    }

    void exclusive() throws CannotTell, InterruptedException {
        first.acquire(LockMode.EXCLUSIVE, file);
        findings.mustHold(
                "exclusive keeps exclusive out",
                !second.tryAcquire(LockMode.EXCLUSIVE, file),
                "two processes had the exclusive lock at the same time");
        findings.mustHold(
                "exclusive keeps shared out",
                !third.tryAcquire(LockMode.SHARED, file),
                "one process had the exclusive lock, and another the shared one");
        releaseAll();
    }

    void shared() throws CannotTell, InterruptedException {
        first.acquire(LockMode.SHARED, file);
        boolean beside = second.tryAcquire(LockMode.SHARED, file);
        findings.row("shared stands beside shared", beside ? "yes" : "NO");
        if (!beside) {
            findings.doubt("shared locks keep each other out here, which is not how they are meant");
        }
        findings.mustHold(
                "shared keeps exclusive out",
                !third.tryAcquire(LockMode.EXCLUSIVE, file),
                "one process had the shared lock, and another the exclusive one");
        releaseAll();
    }

    /** Kills the first while the second waits. */
    void killedHolder(Duration patience) throws CannotTell, InterruptedException {
        first.acquire(LockMode.EXCLUSIVE, file);
        second.sendAcquire(LockMode.EXCLUSIVE, patience, file);
        boolean keptOut = second.next(GLANCE) == null;
        findings.mustHold(
                "exclusive keeps a waiter out", keptOut, "a waiter got the lock while another process held it");
        if (keptOut) {
            long killed = System.nanoTime();
            first.kill();
            findings.row("a killed holder's lock is free after", "%.2f ms", (second.awaitLock() - killed) / 1e6);
        }
    }

    private void releaseAll() throws CannotTell, InterruptedException {
        first.release();
        second.release();
        third.release();
    }
}
