package io.github.filelocked.sidecar.diagnosis;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the kernel's list of locks ({@code proc_locks(5)}, Linux) for one file.
 *
 * <p>The list is incomplete: it comes in pieces, and an entry may slip from one into another, already read, while locks
 * come and go. It leaves out processes that are not in the pid namespace of {@code /proc}, and locks that some FUSE
 * file systems keep for themselves; it may be masked, or absent. So an entry is a proof, and a missing one is none.
 * Nothing here throws, and everything is read by a stream, because an interrupt would close a channel.
 */
public final class KernelLockList {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern INODE = Pattern.compile("\\bino=(\\d+)");
    private static final Pattern HIDES = Pattern.compile("\\bhidepid=(2|4|invisible|ptraceable)\\b");

    /**
     * The system call by which a lock was taken. The kinds of {@code fcntl(2)} exclude each other; {@code flock(2)}
     * ignores both.
     */
    public enum Kind {
        POSIX,
        OFDLCK,
        FLOCK
    }

    /**
     * One lock, or the wait for one.
     *
     * @param pid the process by its number in the pid namespace of {@code /proc}; -1 for {@link Kind#OFDLCK}
     * @param last the last byte of the range, inclusive
     */
    public record Entry(Kind kind, boolean waits, boolean shared, long pid, long first, long last) {

        private static Entry parse(String[] fields, int type) {
            return new Entry(
                    Kind.valueOf(fields[type]),
                    type > 1,
                    fields[type + 2].equals("READ"),
                    Long.parseLong(fields[type + 3]),
                    Long.parseLong(fields[type + 5]),
                    fields[type + 6].equals("EOF") ? Long.MAX_VALUE : Long.parseLong(fields[type + 6]));
        }

        private boolean holds(long position) {
            return !waits && kind != Kind.FLOCK && first <= position && position <= last;
        }
    }

    private final List<Entry> entries;

    private KernelLockList(List<Entry> entries) {
        this.entries = entries;
    }

    /** Reads the entries of a file; there are none if the list cannot be read. */
    public static KernelLockList of(Object inode) {
        return read(PROC.resolve("locks"), inode);
    }

    static KernelLockList read(Path list, Object inode) {
        Matcher number = INODE.matcher(inode.toString());
        return new KernelLockList(number.find() ? entries(list, number.group(1)) : List.of());
    }

    /**
     * Takes the inode's number without its device, which Btrfs and overlays name otherwise here than {@code stat(2)}
     * does.
     */
    private static List<Entry> entries(Path list, String inode) {
        List<Entry> entries = new ArrayList<>();
        for (String line : lines(list)) {
            if (line.contains(":" + inode + " ")) {
                try {
                    String[] fields = line.strip().split("\\s+", -1);
                    int type = fields[1].equals("->") ? 2 : 1;
                    if (fields[type + 4].endsWith(":" + inode)) {
                        entries.add(Entry.parse(fields, type));
                    }
                } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException lease) {
                    // Another kind of entry, or of a kernel to come.
                }
            }
        }
        return entries;
    }

    /** Returns the locks of {@code fcntl(2)} on a byte, this process's own included. */
    public List<Entry> holders(long position) {
        return entries.stream().filter(entry -> entry.holds(position)).toList();
    }

    /** Returns all entries of the file, also those that wait and those of {@code flock(2)}. */
    List<Entry> entries() {
        return entries;
    }

    /**
     * Returns this process's number in the list, which is another one in a pid namespace that has the outer {@code
     * /proc}.
     */
    public static long self() {
        try {
            return Long.parseLong(Files.readSymbolicLink(PROC.resolve("self")).toString());
        } catch (IOException | RuntimeException unknown) {
            return ProcessHandle.current().pid();
        }
    }

    /** Returns the number of this process's pid namespace, or an empty text. */
    static String pidNamespace() {
        try {
            // As in "pid:[4026531836]".
            return Files.readSymbolicLink(PROC.resolve("self/ns/pid"))
                    .toString()
                    .replaceAll("\\D", "");
        } catch (IOException | RuntimeException unknown) {
            return "";
        }
    }

    /** Returns the command of a process of the list, or an empty text. */
    static String command(long pid) {
        return firstLine(PROC.resolve(pid + "/comm"));
    }

    /** Returns the first line of a file, or an empty text. */
    static String firstLine(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.get(0).strip();
    }

    /** Returns the number that a process of the list has in its own pid namespace; null if it is not visible. */
    static @Nullable Long ownNumber(long pid) {
        try {
            for (String line : lines(PROC.resolve(pid + "/status"))) {
                if (line.startsWith("NSpid:")) { // From the namespace of /proc down to the process's own.
                    String[] numbers = line.strip().split("\\s+", -1);
                    return Long.valueOf(numbers[numbers.length - 1]);
                }
            }
        } catch (NumberFormatException unknown) {
            // As if it were not visible.
        }
        return null;
    }

    /** Returns whether {@code /proc} hides the processes of other users, so that a missing one may be alive. */
    static boolean hidesProcesses() {
        boolean hides = false;
        for (String line : lines(PROC.resolve("self/mounts"))) {
            if (line.contains(" " + PROC + " proc ")) { // The last one lies above the others.
                hides = HIDES.matcher(line).find();
            }
        }
        return hides;
    }

    private static List<String> lines(Path file) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(new FileInputStream(file.toFile()), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException | RuntimeException absentMaskedOrGone) {
            // What was read so far is true.
        }
        return lines;
    }
}
