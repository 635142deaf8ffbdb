package io.github.filelocked.verify;

import java.io.Serial;

/** Signals that a verdict is impossible; the message is for the user. */
final class CannotTell extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String why;

    CannotTell(String why) {
        super(why);
        this.why = why;
    }

    String why() {
        return why;
    }
}
