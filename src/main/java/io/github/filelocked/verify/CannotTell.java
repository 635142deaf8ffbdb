package io.github.filelocked.verify;

import java.io.Serial;

/** What keeps the run from a verdict; the message is for the user. */
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
