package io.github.filelocked.sidecar.diagnosis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.Printable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The record of a lock's holder, written into the lock file by the holder for those who wait. A block of fixed size, so
 * that a shorter record leaves nothing of a longer one; as text, so that {@code cat} shows it. A waiter reads it
 * through the channel of its own attempt, and never reads byte 0, which is the locked one: Windows would refuse.
 *
 * <p>The block begins with the resource's name, held or not, so that no two blocks are equal: {@code hardlink} and
 * {@code jdupes} join equal files, and two resources would have one lock. A checksum ends the record, so that no reader
 * takes one that is half-written, or half the one before, for true.
 *
 * <p><b>Failures.</b> A record is a diagnosis and never costs the lock (I23): full disks, quotas, broken devices and
 * anything unchecked are logged and no more. One failure must go on, and does: a {@link ClosedChannelException}, such
 * as an interrupt causes, means that the channel is closed, and with it the lock is gone.
 */
public final class OwnerRecord {

    static final String HOST = host();
    static final String PID_NAMESPACE = KernelLockList.pidNamespace();

    private static final int MAX_HOST = 64; // As on Linux.
    private static final int SIZE = 512;
    private static final byte[] MARK = "#filelocked\n".getBytes(UTF_8);
    /** Where the record begins, after the mark and the resource. */
    private static final int RECORD = MARK.length + 144;

    private static final byte[] BLANK_RECORD = blank(SIZE - RECORD);

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    /** The directories in which the last write failed, so that a full disk is one line and not one for each lock. */
    private static final Set<Path> FAILING = ConcurrentHashMap.newKeySet();

    private static final int MAX_FAILING = 1_000;

    private OwnerRecord() {}

    /** Something that is done to a record. */
    @FunctionalInterface
    private interface Step {
        boolean take() throws IOException;
    }

    public static LockHolder of(String thread, String operation, Instant since) {
        return new LockHolder(
                ProcessHandle.current().pid(),
                HOST,
                thread,
                operation,
                since,
                LockHolder.Source.RECORD,
                PID_NAMESPACE,
                "");
    }

    /**
     * Writes the holder's record, or leaves the content of a lock file alone that is not ours. Either renews the
     * lock file's time.
     *
     * @return whether it was written, and so must be erased before the release
     * @throws ClosedChannelException if the channel is closed, and the lock gone with it
     */
    public static boolean write(FileChannel channel, LockRequest request, LockHolder holder)
            throws ClosedChannelException {
        return guarded("write", request.lockFile(), () -> {
            if (!isOurs(channel)) {
                renewTime(channel);
                warnOfOtherContent(request.lockFile());
                return false;
            }
            ByteBuffer block = ByteBuffer.wrap(blankBlock(request.resource()));
            putRecord(block.position(RECORD).slice(), holder);
            writeFully(channel, block.array(), 0);
            return true;
        });
    }

    /**
     * Renews the time of a lock file whose holder leaves no record, because cleaners such as {@code systemd-tmpfiles}
     * delete files that look old, held or not. Goes through the channel: {@code Files.setLastModifiedTime} opens and
     * closes a descriptor of the lock file on JDK 17, which would drop the lock (I2).
     *
     * @throws ClosedChannelException if the channel is closed, and the lock gone with it
     */
    public static void touch(FileChannel channel, LockRequest request) throws ClosedChannelException {
        guarded("renew the time of", request.lockFile(), () -> {
            if (isOurs(channel)) {
                writeFully(channel, blankBlock(request.resource()), 0);
            } else {
                renewTime(channel);
            }
            return false;
        });
    }

    /**
     * Blanks the record that was written, unless another shared holder has written its own over it.
     *
     * @throws ClosedChannelException if the channel is closed, and the lock gone with it
     */
    public static void erase(FileChannel channel, Path lockFile, boolean shared) throws ClosedChannelException {
        guarded("erase", lockFile, () -> {
            if (!shared || isOfThisProcess(parse(read(channel, 1)))) {
                writeFully(channel, BLANK_RECORD, RECORD);
            }
            return false;
        });
    }

    /** Reads the record as it stands, which may be that of a holder before; null if there is none. Never throws. */
    static @Nullable LockHolder read(FileChannel channel) {
        try {
            return parse(read(channel, 1));
        } catch (IOException | RuntimeException unreadable) {
            return null; // It is only a diagnosis.
        }
    }

    private static boolean guarded(String what, Path lockFile, Step step) throws ClosedChannelException {
        try {
            boolean result = step.take();
            if (!FAILING.isEmpty()) {
                FAILING.remove(lockFile.getParent());
            }
            return result;
        } catch (ClosedChannelException lockIsGone) {
            throw lockIsGone;
        } catch (Throwable failure) {
            warnOfFailure(what, lockFile, failure);
            return false;
        }
    }

    private static void warnOfFailure(String what, Path lockFile, Throwable failure) {
        try {
            if (FAILING.size() < MAX_FAILING && FAILING.add(lockFile.getParent())) {
                Log.log(
                        Level.WARNING,
                        "cannot " + what + " the holder's record in the lock file " + lockFile + ": " + failure
                                + "; the lock is not affected, but waiters will not learn who holds it (not reported"
                                + " again for"
                                + " this directory until it succeeds)",
                        null);
            }
        } catch (Throwable noMemory) {
            // Then without a line.
        }
    }

    private static void warnOfOtherContent(Path lockFile) {
        if (WARNED.compareAndSet(false, true)) {
            Log.log(
                    Level.WARNING,
                    "the lock file " + lockFile + " has content of another program: it is locked, but left"
                            + " as it is, so waiters will not learn who holds it (further such lock files are not"
                            + " reported)",
                    null);
        }
    }

    /**
     * Returns whether the content is ours to write: a block, nothing yet, or the zeros that a crash of the system
     * leaves.
     */
    private static boolean isOurs(FileChannel channel) throws IOException {
        byte[] start = new byte[MARK.length];
        int length = channel.read(ByteBuffer.wrap(start), 0);
        return length <= 0 || Arrays.equals(start, MARK) || Arrays.equals(start, new byte[MARK.length]);
    }

    /** Writes a byte as it is. */
    private static void renewTime(FileChannel channel) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        if (channel.read(first, 0) == 1) {
            channel.write(first.flip(), 0);
        }
    }

    private static boolean isOfThisProcess(@Nullable LockHolder holder) {
        return holder == null
                || (holder.pid() == ProcessHandle.current().pid()
                        && holder.host().equals(HOST)
                        && holder.pidNamespace().equals(PID_NAMESPACE));
    }

    private static byte[] blank(int size) {
        byte[] block = new byte[size];
        Arrays.fill(block, (byte) ' ');
        block[size - 1] = '\n';
        return block;
    }

    private static byte[] blankBlock(Path resource) {
        ByteBuffer block = ByteBuffer.wrap(blank(SIZE));
        block.put(MARK);
        // As a URI, since a Path as text loses bytes that the locale cannot decode, and two files would have one name.
        byte[] name = resource.toUri().getRawPath().getBytes(US_ASCII);
        int room = RECORD - MARK.length - "resource=\n".length();
        block.put("resource=".getBytes(US_ASCII));
        if (name.length <= room) {
            block.put(name);
        } else { // Its end tells more than its beginning, and a hash of the whole sets it apart from those of the same
            // end.
            byte[] hash = (hash(name) + "...").getBytes(US_ASCII);
            block.put(hash).put(name, name.length - room + hash.length, room - hash.length);
        }
        block.put(RECORD - 1, (byte) '\n');
        return block.array();
    }

    private static String hash(byte[] name) {
        long hash = 1125899906842597L;
        for (byte each : name) {
            hash = 31 * hash + each;
        }
        return Long.toHexString(hash);
    }

    private static void putRecord(ByteBuffer record, LockHolder holder) {
        put(record, "pid=" + holder.pid(), 24);
        put(record, "host=" + holder.host(), "host=".length() + MAX_HOST);
        put(record, "thread=" + holder.thread(), 60);
        put(record, "operation=" + holder.operation(), 110);
        Instant since = holder.since();
        // As an Instant is written, but without the formatter's classes, which take the first lock of a JVM 5 ms.
        put(record, "since=" + (since == null ? "" : since.atOffset(ZoneOffset.UTC)), 42);
        put(record, "namespace=" + holder.pidNamespace(), 21);
        put(record, "check=" + checksum(record.array(), record.arrayOffset(), record.position()), 14);
    }

    /** Puts one line of at most so many bytes, cut between characters. A {@link LockHolder} has no line breaks. */
    private static void put(ByteBuffer record, String line, int maxBytes) {
        byte[] text = line.getBytes(UTF_8);
        int length = Math.min(text.length, maxBytes);
        while (length < text.length && (text[length] & 0xC0) == 0x80) { // In the midst of a character.
            length--;
        }
        record.put(text, 0, length).put((byte) '\n');
    }

    private static String checksum(byte[] text, int offset, int length) {
        CRC32 sum = new CRC32();
        sum.update(text, offset, length);
        return Long.toHexString(sum.getValue());
    }

    /** Parses a block without its first byte. */
    private static @Nullable LockHolder parse(ByteBuffer content) {
        int start = RECORD - 1;
        if (content.remaining() <= start || content.get(0) != MARK[1]) {
            return null;
        }
        String record =
                UTF_8.decode(content.slice(start, content.remaining() - start)).toString();
        int end = record.indexOf("\ncheck=") + 1;
        Map<String, String> values = new HashMap<>();
        record.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        byte[] checked = record.substring(0, end).getBytes(UTF_8);
        if (!checksum(checked, 0, checked.length).equals(values.get("check"))) {
            return null;
        }
        try {
            return new LockHolder(
                    Long.parseLong(values.getOrDefault("pid", "")),
                    values.getOrDefault("host", ""),
                    values.getOrDefault("thread", ""),
                    values.getOrDefault("operation", ""),
                    OffsetDateTime.parse(values.getOrDefault("since", "")).toInstant(),
                    LockHolder.Source.RECORD,
                    values.getOrDefault("namespace", ""),
                    "");
        } catch (NumberFormatException | DateTimeException notOurs) {
            return null;
        }
    }

    private static ByteBuffer read(FileChannel channel, long from) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(SIZE);
        channel.read(content, from);
        return content.flip();
    }

    private static void writeFully(FileChannel channel, byte[] content, long position) throws IOException {
        ByteBuffer block = ByteBuffer.wrap(content);
        while (block.hasRemaining()) {
            channel.write(block, position + block.position());
        }
    }

    /** Asks the kernel, since a name service may take seconds to answer. */
    private static String host() {
        String name = KernelLockList.firstLine(Path.of("/proc/sys/kernel/hostname"));
        try {
            name = name.isEmpty() ? InetAddress.getLocalHost().getHostName() : name;
        } catch (IOException unnamed) {
            name = "localhost";
        }
        // As a reader will find it.
        return Printable.line(name.substring(0, Math.min(name.length(), MAX_HOST)));
    }
}
