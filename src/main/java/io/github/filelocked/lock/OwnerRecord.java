package io.github.filelocked.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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
    private static final String HOST = host();
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private OwnerRecord() {}

    static LockHolder of(String thread, String operation, Instant since) {
        return new LockHolder(ProcessHandle.current().pid(), HOST, thread, operation, since);
    }

    /** Writes the holder's record, or leaves a sidecar alone whose content is not ours. */
    static void write(FileChannel channel, Path sidecar, LockHolder holder) throws IOException {
        if (channel.size() > 0 && !isMarked(read(channel, 0))) {
            if (WARNED.compareAndSet(false, true)) {
                Log.log(
                        Level.WARNING,
                        "the sidecar " + sidecar + " has content of another program: it is locked, but left"
                                + " as it is, so waiters will not learn who holds it (further such sidecars are not reported)",
                        null);
            }
            return;
        }
        ByteBuffer block = blank();
        put(block, "pid=" + holder.pid(), 30);
        put(block, "host=" + holder.host(), 90);
        put(block, "thread=" + holder.thread(), 110);
        put(block, "operation=" + holder.operation(), 200);
        put(block, "since=" + holder.since(), 50);
        writeFully(channel, block.rewind());
    }

    /** Blanks the record, unless it is that of another shared holder. */
    static void erase(FileChannel channel, boolean shared) throws IOException {
        ByteBuffer written = read(channel, 0);
        if (isMarked(written) && (!shared || isOurs(parse(written.position(1).slice())))) {
            writeFully(channel, blank().rewind());
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

    private static ByteBuffer blank() {
        ByteBuffer block = ByteBuffer.allocate(SIZE);
        while (block.hasRemaining()) {
            block.put((byte) ' ');
        }
        return block.put(SIZE - 1, (byte) '\n').rewind().put(MARK);
    }

    /** One line of at most so many bytes, cut between characters; a line break inside the text cannot forge another. */
    private static void put(ByteBuffer block, String line, int maxBytes) {
        ByteBuffer cell = block.slice(block.position(), maxBytes);
        CharBuffer text = CharBuffer.wrap(line.replaceAll("\\p{Cntrl}", "?"));
        UTF_8.newEncoder().encode(text, cell, true);
        block.position(block.position() + cell.position()).put((byte) '\n');
    }

    private static boolean isMarked(ByteBuffer content) {
        return content.limit() >= MARK.length && content.slice(0, MARK.length).equals(ByteBuffer.wrap(MARK));
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
                    Instant.parse(values.getOrDefault("since", "")));
        } catch (NumberFormatException | DateTimeParseException blankOrHalfWritten) {
            return null;
        }
    }

    private static ByteBuffer read(FileChannel channel, long from) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(SIZE);
        channel.read(content, from);
        return content.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer block) throws IOException {
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
