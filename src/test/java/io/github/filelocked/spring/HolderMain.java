package io.github.filelocked.spring;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.sidecar.process.Lines;
import java.io.IOException;
import java.nio.file.Path;

/** A process that holds a lock until it is told to let go. */
final class HolderMain {

    private HolderMain() {}

    public static void main(String... args) throws IOException {
        try (HeldLock held = FileLocks.create().acquire(Path.of(args[0]))) {
            Lines.say("held", held.path().toString());
            int anything = System.in.read();
            assert anything != 0;
        }
        Lines.say("released");
    }
}
