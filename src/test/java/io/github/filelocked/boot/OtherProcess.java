package io.github.filelocked.boot;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.process.ChildJvm;
import io.github.filelocked.sidecar.process.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process without Spring that holds a file from its start until it is told to let go. */
final class OtherProcess implements AutoCloseable {

    static final String THREAD = "nightly-1";
    static final String OPERATION = "Nightly.run";

    private final ChildJvm jvm;

    private OtherProcess(ChildJvm jvm) {
        this.jvm = jvm;
    }

    static OtherProcess holding(Path file) {
        OtherProcess process = new OtherProcess(ChildJvm.start(OtherProcess.class, file.toString()));
        process.jvm.receive("holds");
        return process;
    }

    long pid() {
        return jvm.pid();
    }

    void letGo() {
        jvm.send("let go");
        jvm.receive("released");
    }

    @Override
    public void close() {
        jvm.close();
    }

    public static void main(String[] args) throws IOException {
        Thread.currentThread().setName(THREAD);
        HeldLocks held = FileLocks.create()
                .acquireAll(List.of(LockTarget.file(Path.of(args[0]))), Duration.ZERO, LockOrigin.of(OPERATION));
        Lines.say("holds");
        System.in.read();
        held.close();
        Lines.say("released");
    }
}
