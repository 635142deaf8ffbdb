package io.github.filelocked.examples.benchmark.measure;

/** The amount of measuring: enough for figures to be believed, or just enough to see that everything still runs. */
public enum Size {
    FULL,
    SHORT;

    public <T> T pick(T full, T brief) {
        return this == FULL ? full : brief;
    }
}
