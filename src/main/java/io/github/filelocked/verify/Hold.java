package io.github.filelocked.verify;

/**
 * One time that a worker had the lock. The moments are those of {@link System#nanoTime()}, and strictly inside: after
 * the lock was got, and before it was given back.
 *
 * @param process the worker's process
 * @param asked when it began to want the lock
 * @param entered when it had it
 * @param left when it was about to give it back
 */
record Hold(long process, long asked, long entered, long left) {

    /** Returns the line by which a worker tells of the hold. */
    static String line(long asked, long entered, long left) {
        return asked + " " + entered + " " + left;
    }

    static Hold of(long process, String line) {
        String[] fields = line.split(" ", -1);
        return new Hold(process, Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
    }
}
