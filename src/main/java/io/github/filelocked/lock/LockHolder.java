package io.github.filelocked.lock;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The holder of a lock, as its record in the lock file or the kernel's list of locks names it. It is a diagnosis and
 * not a proof: between the reading and the use of it the holder may have changed. Of several shared holders it names
 * one.
 *
 * <p>Nothing in it can harm a terminal or a log: each text is {@linkplain Printable#line printable}.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param pid the process, by its number here; by its number in its own pid namespace if this process does not see it
 * @param host the machine's name, or empty if it is not known
 * @param thread the thread's name, or empty if it is not known
 * @param operation what it holds the lock for: a method's name, or empty
 * @param since when it acquired the lock, by its own clock; null if it is not known
 * @param source where the answer comes from
 * @param pidNamespace the number of the pid namespace in which {@code pid} counts (Linux), or empty
 * @param command the process's command, where the kernel's list names the process; otherwise empty
 */
public record LockHolder(
        long pid,
        String host,
        String thread,
        String operation,
        @Nullable Instant since,
        Source source,
        String pidNamespace,
        String command)
        implements Serializable {

    /** Where the knowledge of a holder comes from. */
    public enum Source {

        /** The holder's own record, or a table of this process. */
        RECORD,

        /**
         * The holder's own record, and this process does not see the holder: it is in another pid namespace, such as a
         * container's, or {@code /proc} hides it ({@code hidepid}). Its pid may be the number of another process here.
         */
        RECORD_OF_UNSEEN_PROCESS,

        /** The kernel's list of locks. The holder left no record: it may be a program without this library. */
        KERNEL,

        /**
         * The kernel's list of locks, in which no process holds the lock. The named process waits for it exclusively,
         * and keeps later attempts out meanwhile.
         */
        WAITER_AT_THE_GATE
    }

    /**
     * Creates a holder of all parts, and makes its texts printable.
     *
     * @param pid the process
     * @param host the machine's name, or empty
     * @param thread the thread's name, or empty
     * @param operation what it holds the lock for, or empty
     * @param since when it acquired the lock, or null
     * @param source where the answer comes from
     * @param pidNamespace the number of the pid namespace, or empty
     * @param command the process's command, or empty
     * @throws NullPointerException if a part other than {@code since} is null
     */
    public LockHolder {
        host = Printable.line(host);
        thread = Printable.line(thread);
        operation = Printable.line(operation);
        Objects.requireNonNull(source, "source");
        pidNamespace = Printable.line(pidNamespace);
        command = Printable.line(command);
    }

    /**
     * Creates a holder that has told of itself.
     *
     * @param pid the process
     * @param host the machine's name
     * @param thread the thread's name
     * @param operation what it holds the lock for: a method's name, or empty
     * @param since when it acquired the lock, by its own clock
     */
    public LockHolder(long pid, String host, String thread, String operation, Instant since) {
        this(pid, host, thread, operation, since, Source.RECORD, "", "");
    }

    /**
     * Creates a holder that left no record.
     *
     * @param pid the process
     * @param command its command, or empty
     * @return a holder whose thread, operation and start are not known
     */
    public static LockHolder foreign(long pid, String command) {
        return new LockHolder(pid, "", "", "", null, Source.KERNEL, "", command);
    }

    /**
     * Creates a waiter that keeps others out while the lock is free.
     *
     * @param pid the process
     * @param command its command, or empty
     * @return a waiter whose thread, operation and start are not known
     */
    public static LockHolder waiterAtTheGate(long pid, String command) {
        return new LockHolder(pid, "", "", "", null, Source.WAITER_AT_THE_GATE, "", command);
    }

    /**
     * Returns the same holder, as one whom this process does not see.
     *
     * @return a holder of {@link Source#RECORD_OF_UNSEEN_PROCESS}
     */
    public LockHolder unseen() {
        return new LockHolder(
                pid, host, thread, operation, since, Source.RECORD_OF_UNSEEN_PROCESS, pidNamespace, command);
    }

    /**
     * Returns one line for a message.
     *
     * @return for example {@code pid 4711 on build-7, thread "main", in Reports.rewrite, since 2026-11-23T04:43:40Z},
     *     or {@code pid 4712 (python3), which left no record}
     */
    @Override
    public String toString() {
        String process = "pid " + pid + (command.isEmpty() ? "" : " (" + command + ")");
        return switch (source) {
            case KERNEL -> process + ", which left no record";
            case WAITER_AT_THE_GATE -> "no process, but a waiter at the gate (" + process + ") keeps others out";
            case RECORD, RECORD_OF_UNSEEN_PROCESS ->
                process + " on " + host + sight() + ", thread \"" + thread + "\""
                        + (operation.isEmpty() ? "" : ", in " + operation)
                        + ", since " + since;
        };
    }

    private String sight() {
        if (source == Source.RECORD) {
            return "";
        }
        return pidNamespace.isEmpty()
                ? " (not visible from here)"
                : " (not visible from here, pid namespace " + pidNamespace + ")";
    }
}
