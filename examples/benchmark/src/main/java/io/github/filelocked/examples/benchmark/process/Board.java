package io.github.filelocked.examples.benchmark.process;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Numbers that several JVMs share, in a file that each of them has mapped. To write one releases, to read one acquires,
 * as with a {@code volatile} of one JVM. What is kept here of {@link System#nanoTime()} can be compared over processes
 * where that is the system's monotonic clock, as on Linux.
 */
public final class Board {

    private static final VarHandle SLOTS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();
    private static final long LOOK_AGAIN_NANOS = 100_000;

    private final MappedByteBuffer memory;

    private Board(MappedByteBuffer memory) {
        this.memory = memory;
    }

    /** A new one, all zeros. */
    public static Board create(Path file, int slots) throws IOException {
        return map(file, slots * (long) Long.BYTES, StandardOpenOption.CREATE_NEW);
    }

    public static Board open(Path file) throws IOException {
        return map(file, file.toFile().length(), StandardOpenOption.CREATE);
    }

    private static Board map(Path file, long bytes, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(file, option, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Board(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
        }
    }

    public long get(int slot) {
        return (long) SLOTS.getAcquire(memory, slot * Long.BYTES);
    }

    public void set(int slot, long value) {
        SLOTS.setRelease(memory, slot * Long.BYTES, value);
    }

    public void add(int slot, long value) {
        SLOTS.getAndAdd(memory, slot * Long.BYTES, value);
    }

    /** Waits until a slot has at least this value, without using the processor that another may need. */
    public void await(int slot, long value) {
        long start = System.nanoTime();
        while (get(slot) < value) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new IllegalStateException("the other processes do not come to " + value + " in slot " + slot);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
