package io.github.filelocked.examples.benchmark.peer;

/** A lock as one process sees it. Closing it lets go of what it needs, but not of a hold. */
@FunctionalInterface
public interface Peer extends AutoCloseable {

    /** Waits, however long it takes, until nobody else holds it. */
    Hold acquire() throws Exception;

    @Override
    default void close() {}

    /** From the acquiring to the release. */
    @FunctionalInterface
    interface Hold {

        void release() throws Exception;
    }
}
