package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.peer.Peers;
import io.github.filelocked.examples.benchmark.process.Board;
import java.io.IOException;
import java.nio.file.Path;

/** The number of holds of each JVM, and the order of its threads. */
record FairnessBoard(Board board, int jvms) {

    private static final int READY = 0;
    private static final int FIRST_JVM = 1;
    private static final int HOLDS = 0;
    private static final int OVERTAKINGS = 1;
    private static final int LONGEST_WAIT = 2;
    private static final int SLOTS = 3;

    static FairnessBoard create(Peers who, int jvms, Path directory) throws IOException {
        return new FairnessBoard(Board.create(file(who, directory), FIRST_JVM + jvms * SLOTS), jvms);
    }

    static FairnessBoard open(Peers who, int jvms, Path directory) throws IOException {
        return new FairnessBoard(Board.open(file(who, directory)), jvms);
    }

    private static Path file(Peers who, Path directory) {
        return directory.resolve(who + ".board");
    }

    /** Returns when all are ready, with the time to end at. */
    long start(long nanos) {
        board.add(READY, 1);
        board.await(READY, jvms);
        return System.nanoTime() + nanos;
    }

    void end(int jvm, Arrivals arrivals) {
        board.set(slot(jvm, HOLDS), arrivals.count());
        board.set(slot(jvm, OVERTAKINGS), arrivals.overtakings());
        board.set(slot(jvm, LONGEST_WAIT), arrivals.longestWait());
    }

    long holds(int jvm) {
        return board.get(slot(jvm, HOLDS));
    }

    long overtakings(int jvm) {
        return board.get(slot(jvm, OVERTAKINGS));
    }

    long longestWait(int jvm) {
        return board.get(slot(jvm, LONGEST_WAIT));
    }

    private static int slot(int jvm, int what) {
        return FIRST_JVM + jvm * SLOTS + what;
    }
}
