package io.github.filelocked.lock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that locks a sidecar as any program could, without this library. */
final class ForeignHolder implements AutoCloseable {

    private final Child child;

    private ForeignHolder(Child child) {
        this.child = child;
    }

    static ForeignHolder start() throws IOException {
        return new ForeignHolder(Child.start(ForeignHolder.class));
    }

    /** Makes the sidecar if there is none, and holds it exclusively until {@link #unlock()}. */
    ForeignHolder lock(Path lockFile) throws Exception {
        return told("lock " + lockFile);
    }

    ForeignHolder lockShared(Path lockFile) throws Exception {
        return told("share " + lockFile);
    }

    /** Shuts the gate, as a process does that waits to have the sidecar exclusively. */
    ForeignHolder shutGate(Path lockFile) throws Exception {
        return told("gate " + lockFile);
    }

    ForeignHolder unlock() throws Exception {
        return told("unlock");
    }

    private ForeignHolder told(String command) throws Exception {
        String answer = child.ask(command);
        if (!answer.equals("done")) {
            throw new AssertionError(command + ": " + answer);
        }
        return this;
    }

    @Override
    public void close() {
        child.close();
    }

    public static void main(String... arguments) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        FileChannel channel = null;
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (channel != null) {
                channel.close();
            }
            if (!line.equals("unlock")) {
                channel = FileChannel.open(
                        Path.of(line.substring(line.indexOf(' ') + 1)),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                long position = line.startsWith("gate") ? 1L << 30 : 0;
                if (channel.tryLock(position, 1, line.startsWith("share")) == null) {
                    System.out.println("busy");
                    continue;
                }
            }
            System.out.println("done");
        }
    }
}
