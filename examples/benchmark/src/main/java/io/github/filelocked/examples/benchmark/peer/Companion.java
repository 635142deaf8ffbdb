package io.github.filelocked.examples.benchmark.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;

/** A process that is no JVM, and is talked to by empty lines. It ends when its input does. */
record Companion(Process process, OutputStream toldTo, BufferedReader says) implements AutoCloseable {

    static Companion start(String... command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        return new Companion(process, process.getOutputStream(), process.inputReader());
    }

    void writeLine() throws IOException {
        toldTo.write('\n');
        toldTo.flush();
    }

    void awaitLine() throws IOException {
        if (says.readLine() == null) {
            throw new IOException("ended: " + process.info());
        }
    }

    @Override
    public void close() {
        try {
            toldTo.close();
        } catch (IOException itHasEnded) {
            // That is what was wanted.
        }
        process.onExit().join();
    }
}
