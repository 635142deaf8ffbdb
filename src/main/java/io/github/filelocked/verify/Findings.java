package io.github.filelocked.verify;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table that grows while the run goes on, and the verdict at its end. Safe for use by several threads. */
final class Findings {

    private final PrintStream out;
    private final List<String> breaches = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private String step = "the start";
    private boolean begun;
    private boolean complete;
    private boolean closed;

    Findings(PrintStream out) {
        this.out = out;
    }

    static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    /** Notes what is under way from now on, in case nothing more is heard of it. */
    synchronized void begin(String what) {
        step = what;
    }

    synchronized String step() {
        return step;
    }

    synchronized void row(String label, String text, Object... values) {
        if (closed) {
            return;
        }
        if (!begun) {
            out.println();
            begun = true;
        }
        out.printf(Locale.ROOT, "  %-40s %s%n", label, format(text, values));
        out.flush();
    }

    /** Adds a row for something that must hold; if it does not, that is a breach. */
    void mustHold(String label, boolean holds, String otherwise) {
        row(label, holds ? "yes" : "NO");
        if (!holds) {
            breach(otherwise);
        }
    }

    /** Adds something that a lock that excludes does not do. */
    synchronized void breach(String what) {
        if (!closed) {
            breaches.add(what);
        }
    }

    /** Adds something that prevents the verdict that the lock excludes. */
    synchronized void doubt(String what) {
        if (!closed) {
            doubts.add(what);
        }
    }

    /**
     * Notes that everything was tried; without it there is no good verdict, whatever ended the run. Without it there is
     * no good verdict, whatever ended the run.
     */
    synchronized void complete() {
        complete = !closed;
    }

    /** Takes in nothing more: a run that is being ended finds its workers gone, which means nothing. */
    synchronized void close() {
        closed = true;
    }

    synchronized Verdict verdict() {
        if (!breaches.isEmpty()) {
            return Verdict.DOES_NOT_EXCLUDE; // Once is enough, whatever else went wrong.
        }
        return complete && doubts.isEmpty() ? Verdict.EXCLUDES : Verdict.CANNOT_TELL;
    }

    /** Returns the verdict, with its reasons, and with its limits where it is a good one. */
    synchronized String conclusion() {
        return "Verdict: " + verdict().words + ". "
                + switch (verdict()) {
                    case EXCLUDES ->
                        "No update was lost, and no two were inside at the same time.\n"
                                + "It speaks for the processes of one machine: between several, nothing was tried.";
                    case DOES_NOT_EXCLUDE -> sentence(breaches);
                    case CANNOT_TELL -> sentence(doubts.isEmpty() ? List.of("the run broke off") : doubts);
                };
    }

    private static String sentence(List<String> parts) {
        String joined = String.join("; ", parts);
        return Character.toUpperCase(joined.charAt(0)) + joined.substring(1) + ".";
    }
}
