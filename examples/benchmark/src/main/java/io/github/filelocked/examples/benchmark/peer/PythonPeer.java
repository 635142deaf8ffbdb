package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Path;

/** Python's {@code fcntl.lockf}: one process that locks, says so, and unlocks, each time that it is told so. */
record PythonPeer(Companion companion) implements Peer {

    private static final String PROGRAM = """
            import fcntl, sys
            with open(sys.argv[1], "w") as sidecar:
                while sys.stdin.readline():
                    fcntl.lockf(sidecar, fcntl.LOCK_EX)
                    print(flush=True)
                    sys.stdin.readline()
                    fcntl.lockf(sidecar, fcntl.LOCK_UN)
            """;

    static PythonPeer in(Path directory) throws IOException {
        return new PythonPeer(Companion.start(
                "python3", "-c", PROGRAM, directory.resolve("python.lock").toString()));
    }

    @Override
    public Hold acquire() throws IOException {
        companion.writeLine();
        companion.awaitLine();
        return companion::writeLine;
    }

    @Override
    public void close() {
        companion.close();
    }
}
