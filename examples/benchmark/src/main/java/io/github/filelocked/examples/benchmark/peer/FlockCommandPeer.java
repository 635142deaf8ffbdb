package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Path;

/** {@code flock(1)}, whose command says that it runs, and ends when it is told so; a process for each hold. */
record FlockCommandPeer(Path file) implements Peer {

    @Override
    public Hold acquire() throws IOException {
        Companion command = Companion.start("flock", file.toString(), "-c", "echo; read _ || true");
        command.awaitLine();
        return () -> {
            command.writeLine();
            command.close();
        };
    }
}
