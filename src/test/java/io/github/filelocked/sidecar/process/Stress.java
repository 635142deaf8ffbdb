package io.github.filelocked.sidecar.process;

/** Whether the build is one that has time: {@code -Dfilelocked.stress=long}. */
public final class Stress {

    private Stress() {}

    public static boolean isLong() {
        return System.getProperty("filelocked.stress", "short").equals("long");
    }
}
