package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Reply;
import java.time.Duration;
import java.util.Locale;

/**
 * The outcome of a scene.
 *
 * @param word the table's cell
 * @param detail what was seen, in a sentence without an end
 */
public record Outcome(Verdict verdict, String word, String detail) {

    /** From the best to the worst. */
    public enum Verdict {
        HOLDS,
        /** It was lost, and the holder is told so. */
        REPORTED,
        /** It is not there. */
        LACKS,
        THROWS,
        HANGS,
        /** Two were inside at the same time, and nobody is told. */
        LOSES
    }

    static Outcome holds(String detail) {
        return new Outcome(Verdict.HOLDS, "holds", detail);
    }

    /** It holds, and the time that it took is what is of interest. */
    static Outcome took(Duration time, String detail) {
        return new Outcome(Verdict.HOLDS, inWords(time), detail);
    }

    static Outcome loses(String detail) {
        return new Outcome(Verdict.LOSES, "loses", detail);
    }

    /** Another is inside: what the holder is told when it releases decides how bad that is. */
    static Outcome lostUnless(Reply release, String detail) {
        return release.hasThrown()
                ? new Outcome(Verdict.REPORTED, "reports", detail + "; its release throws " + release.exception())
                : loses(detail + "; its release says nothing");
    }

    static Outcome lacks(String word, String detail) {
        return new Outcome(Verdict.LACKS, word, detail);
    }

    static Outcome throwing(String detail) {
        return new Outcome(Verdict.THROWS, "throws", detail);
    }

    static Outcome hangs(String detail) {
        return new Outcome(Verdict.HANGS, "hangs", detail);
    }

    static String inWords(Duration time) {
        double millis = time.toNanos() / 1e6;
        if (Math.abs(millis) < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return Math.abs(millis) < 1_000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }

    /** Of an attempt that did not get in. */
    static String inWords(Reply refusal) {
        return switch (refusal.kind()) {
            case THREW -> refusal.exception();
            case BUSY -> "gives up";
            default -> "waits on";
        };
    }
}
