package io.github.filelocked.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A number in a file, without any protection of its own: of two increments that overlap, one is lost, and the sum
 * tells.
 *
 * <p>It is written in place rather than replaced, because that asks more of a file system: the next holder must see the
 * bytes that the previous one wrote to the very same file, where a replacement would come under a new identity, past
 * whatever stale copy a client of a network file system keeps. It always has the same width, so that who breaks in
 * reads a whole number, and the sum is off by exactly what was lost.
 */
final class Counter {

    private static final int WIDTH = 20;

    private Counter() {}

    /** Sets it to zero, and makes it where there is none. */
    static void reset(Path file) throws IOException {
        try (RandomAccessFile counter = new RandomAccessFile(file.toFile(), "rw")) {
            counter.write(bytes(0));
        }
    }

    static long read(Path file) throws IOException {
        return parse(Files.readAllBytes(file));
    }

    static void increment(Path file) throws IOException {
        try (RandomAccessFile counter = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] content = new byte[WIDTH];
            counter.readFully(content);
            byte[] next = bytes(parse(content) + 1);
            counter.seek(0);
            counter.write(next);
        }
    }

    private static byte[] bytes(long number) {
        return "%0".concat(WIDTH - 1 + "d\n").formatted(number).getBytes(US_ASCII);
    }

    private static long parse(byte[] content) throws IOException {
        try {
            return Long.parseLong(new String(content, US_ASCII).strip());
        } catch (NumberFormatException broken) {
            throw new IOException("the counter holds something else than a number", broken);
        }
    }
}
