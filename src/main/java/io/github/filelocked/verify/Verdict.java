package io.github.filelocked.verify;

/** The result of a run, and its exit code for scripts. */
enum Verdict {
    EXCLUDES("excludes", 0),
    DOES_NOT_EXCLUDE("does not exclude", 1),
    CANNOT_TELL("cannot tell", 2);

    final String words;
    final int exitCode;

    Verdict(String words, int exitCode) {
        this.words = words;
        this.exitCode = exitCode;
    }
}
