package io.github.filelocked.examples.gauntlet.actor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/** A number in a file, which is read, thought about, and written again: who does so beside another loses an update. */
record Counter(Path file) {

    private static final long THOUGHT_NANOS = 200_000;

    void create() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(channel, 0);
        }
    }

    void addOne() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long before = read(channel);
            LockSupport.parkNanos(THOUGHT_NANOS);
            write(channel, before + 1);
        }
    }

    long read() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(channel);
        }
    }

    private static long read(FileChannel channel) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        if (channel.read(number, 0) != Long.BYTES) {
            throw new IOException("there is no number");
        }
        return number.getLong(0);
    }

    private static void write(FileChannel channel, long number) throws IOException {
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, number), 0);
    }
}
