package io.github.filelocked.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.filelocked.lock.LockHolder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the lock, written into the sidecar by the holder for those who wait. A block of fixed size, so that a
 * shorter record leaves nothing of a longer one; as text, so that {@code cat} shows it. A waiter reads it through the
 * channel of its own attempt, and never reads byte 0, which is the locked one: Windows would refuse.
 */
final class OwnerRecord {

    private static final int SIZE = 512;
    private static final byte[] MARK = "#filelocked\n".getBytes(UTF_8);
    private static final byte[] BLANK = blank();
    private static final String HOST = host();
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private OwnerRecord() {}

    static LockHolder of(String thread, String operation, Instant since) {
        return new LockHolder(ProcessHandle.current().pid(), HOST, thread, operation, since);
    }

    /**
     * Writes the holder's record, or leaves a sidecar alone whose content is not ours.
     *
     * @return whether it was written, and so is to be erased before the release
     */
    static boolean write(FileChannel channel, Path sidecar, LockHolder holder) throws IOException {
        ByteBuffer present = ByteBuffer.allocate(MARK.length);
        if (channel.read(present, 0) > 0 && !Arrays.equals(present.array(), MARK)) {
            if (WARNED.compareAndSet(false, true)) {
                Log.log(
                        Level.WARNING,
                        "the sidecar " + sidecar + " has content of another program: it is locked, but left"
                                + " as it is, so waiters will not learn who holds it (further such sidecars are not reported)",
                        null);
            }
            return false;
        }
        ByteBuffer block = ByteBuffer.wrap(BLANK.clone()).position(MARK.length);
        put(block, "pid=" + holder.pid(), 30);
        put(block, "host=" + holder.host(), 90);
        put(block, "thread=" + holder.thread(), 110);
        put(block, "operation=" + holder.operation(), 200);
        // As an Instant is written, but without the formatter's classes, which take the first lock of a JVM 5 ms.
        put(block, "since=" + holder.since().atOffset(ZoneOffset.UTC), 50);
        writeFully(channel, block.array());
        return true;
    }

    /** Blanks the record that was written, unless another shared holder has written its own over it. */
    static void erase(FileChannel channel, boolean shared) throws IOException {
        if (!shared || isOurs(parse(read(channel, 1)))) {
            writeFully(channel, BLANK);
        }
    }

    /** Reads the record of a holder; null if there is none, or its process is gone. */
    static @Nullable LockHolder read(FileChannel channel) {
        try {
            LockHolder holder = parse(read(channel, 1));
            return holder == null || isGone(holder) ? null : holder;
        } catch (IOException unreadable) {
            return null; // It is only a diagnosis.
        }
    }

    private static boolean isOurs(@Nullable LockHolder holder) {
        return holder == null
                || (holder.pid() == ProcessHandle.current().pid()
                        && holder.host().equals(HOST));
    }

    private static boolean isGone(LockHolder holder) {
        return holder.host().equals(HOST) && ProcessHandle.of(holder.pid()).isEmpty();
    }

    private static byte[] blank() {
        byte[] block = new byte[SIZE];
        Arrays.fill(block, (byte) ' ');
        block[SIZE - 1] = '\n';
        System.arraycopy(MARK, 0, block, 0, MARK.length);
        return block;
    }

    /** One line of at most so many bytes, cut between characters; a line break inside the text cannot forge another. */
    private static void put(ByteBuffer block, String line, int maxBytes) {
        byte[] text = line.getBytes(UTF_8);
        int length = Math.min(text.length, maxBytes);
        while (length < text.length && (text[length] & 0xC0) == 0x80) { // In the midst of a character.
            length--;
        }
        for (int i = 0; i < length; i++) {
            block.put(isControl(text[i]) ? (byte) '?' : text[i]);
        }
        block.put((byte) '\n');
    }

    /** In UTF-8 such a byte is never part of another character. */
    private static boolean isControl(byte character) {
        return (character >= 0 && character < ' ') || character == 0x7F;
    }

    private static @Nullable LockHolder parse(ByteBuffer content) {
        String text = UTF_8.decode(content).toString();
        if (!text.startsWith("filelocked\n")) {
            return null;
        }
        Map<String, String> values = new HashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        try {
            return new LockHolder(
                    Long.parseLong(values.getOrDefault("pid", "")),
                    values.getOrDefault("host", ""),
                    values.getOrDefault("thread", ""),
                    values.getOrDefault("operation", ""),
                    OffsetDateTime.parse(values.getOrDefault("since", "")).toInstant());
        } catch (NumberFormatException | DateTimeParseException blankOrHalfWritten) {
            return null;
        }
    }

    private static ByteBuffer read(FileChannel channel, long from) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(SIZE);
        channel.read(content, from);
        return content.flip();
    }

    private static void writeFully(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer block = ByteBuffer.wrap(content);
        while (block.hasRemaining()) {
            channel.write(block, block.position());
        }
    }

    /** From the kernel, since a name service may take seconds to answer. */
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException notLinux) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (IOException unnamed) {
                return "localhost";
            }
        }
    }
}
