package io.github.filelocked.lock.process;

/** Whether the build is one that has time: {@code -Dfilelocked.stress=long}. */
final class Stress {

    private Stress() {}

    static boolean isLong() {
        return System.getProperty("filelocked.stress", "short").equals("long");
    }
}
