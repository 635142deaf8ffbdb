package io.github.filelocked.lock;

import java.io.Serializable;
import java.time.Instant;

/**
 * Who holds a lock, as the holder wrote it down. It is a diagnosis and not a proof: between the reading and the use of
 * it the holder may have changed. Of several shared holders it names one.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param pid the process
 * @param host the machine's name
 * @param thread the thread's name
 * @param operation what it holds the lock for: a method's name, or empty
 * @param since when it acquired the lock, by its own clock
 */
public record LockHolder(long pid, String host, String thread, String operation, Instant since)
        implements Serializable {

    /**
     * One line for a message.
     *
     * @return for example {@code pid 4711 on build-7, thread "main", in Reports.rewrite, since 2026-11-23T04:43:40Z}
     */
    @Override
    public String toString() {
        String where = operation.isEmpty() ? "" : ", in " + operation;
        return "pid " + pid + " on " + host + ", thread \"" + thread + "\"" + where + ", since " + since;
    }
}
