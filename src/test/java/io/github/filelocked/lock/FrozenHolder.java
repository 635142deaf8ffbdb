package io.github.filelocked.lock;

import static io.github.filelocked.lock.FaultyFileSystem.Call.ATTRIBUTES;
import static io.github.filelocked.lock.FaultyFileSystem.Call.CLOSE;
import static io.github.filelocked.lock.FaultyFileSystem.Call.OPEN;
import static io.github.filelocked.lock.FaultyFileSystem.Call.READ;
import static io.github.filelocked.lock.FaultyFileSystem.Call.TRY_LOCK;
import static io.github.filelocked.lock.FaultyFileSystem.Call.WRITE;

import io.github.filelocked.lock.FaultyFileSystem.Call;
import io.github.filelocked.lock.process.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The process of a holder that stops at one step of the protocol, says so, and waits to be killed or told to go on. */
public final class FrozenHolder {

    /** Where it stops. */
    public enum Phase {
        CLAIMED(false),
        OPENED(false),
        LOCKED(true),
        VERIFIED(true),
        IN_THE_BODY(true),
        BEFORE_THE_RECORD_IS_ERASED(true),
        BEFORE_THE_CLOSE(true),
        UNLOCKED(false);

        private final boolean locked;

        Phase(boolean locked) {
            this.locked = locked;
        }

        /** Whether the kernel keeps others out for it. */
        public boolean isLocked() {
            return locked;
        }

        /** The step is told by the call that would be the next one. */
        private boolean isAt(Call next, FaultyFileSystem files) {
            return switch (this) {
                case CLAIMED -> next == OPEN;
                case OPENED -> next == TRY_LOCK;
                case LOCKED -> next == ATTRIBUTES && files.count(TRY_LOCK) == 1;
                case VERIFIED -> next == READ;
                case BEFORE_THE_RECORD_IS_ERASED -> next == WRITE && files.count(WRITE) == 2;
                case UNLOCKED -> next == CLOSE;
                case IN_THE_BODY, BEFORE_THE_CLOSE -> false;
            };
        }
    }

    private static final AtomicBoolean FROZEN = new AtomicBoolean();
    private static final Semaphore LINES = new Semaphore(0);

    private FrozenHolder() {}

    /** Arguments: the file, the phase. It begins when it is told a line, and ends at the latest with its parent. */
    public static void main(String... arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Phase phase = Phase.valueOf(arguments[1]);
        Path sidecar = FileLocks.create().lockFile(file);
        FaultyFileSystem files = new FaultyFileSystem();
        files.rule((call, path) -> {
            if (path.toString().equals(sidecar.toString()) && phase.isAt(call, files)) {
                freeze();
            }
        });
        files.beforeClose(() -> {
            if (phase == Phase.BEFORE_THE_CLOSE && files.count(WRITE) == 2) {
                freeze();
            }
        });
        listenToTheParent();
        Lines.say("ready");
        LINES.acquireUninterruptibly();
        try (HeldLock lock = FileLocks.create().acquire(files.path(file), Duration.ZERO)) {
            if (phase == Phase.IN_THE_BODY && lock.isHeld()) {
                freeze();
            }
            Lines.say("end", "acquired");
        } catch (LockNotAcquiredException busy) {
            Lines.say("end", "busy");
        }
    }

    private static void freeze() {
        if (FROZEN.compareAndSet(false, true)) {
            Lines.say("here");
            LINES.acquireUninterruptibly();
        }
    }

    private static void listenToTheParent() {
        Thread thread = new Thread(() -> {
            try {
                for (int read = System.in.read(); read >= 0; read = System.in.read()) {
                    LINES.release(read == '\n' ? 1 : 0);
                }
            } catch (IOException parentIsGone) {
                // As good as the end of it.
            }
            Runtime.getRuntime().halt(0);
        });
        thread.setDaemon(true);
        thread.start();
    }
}
