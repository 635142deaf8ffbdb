package io.github.filelocked.sidecar.process;

/** The long form of the stress tests: {@code -Dfilelocked.stress=long}. */
public final class Stress {

    private Stress() {}

    public static boolean isLong() {
        return System.getProperty("filelocked.stress", "short").equals("long");
    }
}
