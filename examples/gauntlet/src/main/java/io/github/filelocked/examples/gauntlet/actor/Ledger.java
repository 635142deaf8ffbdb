package io.github.filelocked.examples.gauntlet.actor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The record of one worker: when it went in and out, by the system's monotonic clock, and what was thrown at it
 * instead.
 */
final class Ledger {

    private static final String FAILURE = "! ";

    private final List<String> lines = new ArrayList<>();

    void noteStay(long entered, long left) {
        lines.add(entered + " " + left);
    }

    void noteFailure(Exception failure) {
        lines.add(FAILURE + failure.getClass().getSimpleName());
    }

    void write(Path directory) throws IOException {
        Files.write(Files.createTempFile(directory, "worker", ".ledger"), lines);
    }

    static List<Stay> staysIn(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith(FAILURE))
                .map(line -> line.split(" "))
                .map(times -> new Stay(Long.parseLong(times[0]), Long.parseLong(times[1])))
                .toList();
    }

    static List<String> failuresIn(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(FAILURE))
                .map(line -> line.substring(FAILURE.length()))
                .toList();
    }

    /** From going in to going out. */
    record Stay(long entered, long left) {}
}
