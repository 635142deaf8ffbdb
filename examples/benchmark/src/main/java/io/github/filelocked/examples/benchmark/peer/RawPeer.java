package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;

/**
 * The floor: the JDK waits in the kernel. The threads of one JVM stand in line before it, since the JDK refuses a
 * second one with an exception.
 */
record RawPeer(Path file, Semaphore line) implements Peer {

    RawPeer(Path directory) {
        this(directory.resolve("raw.lock"), new Semaphore(1, true));
    }

    @Override
    public Hold acquire() throws IOException {
        line.acquireUninterruptibly();
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.lock();
        return () -> {
            channel.close();
            line.release();
        };
    }
}
