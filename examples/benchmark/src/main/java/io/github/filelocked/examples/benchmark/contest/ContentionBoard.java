package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.peer.Peers;
import io.github.filelocked.examples.benchmark.process.Board;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** When each worker began and ended, and how long it waited in each round. */
record ContentionBoard(Board board, int workers, int rounds) {

    private static final int READY = 0;
    private static final int FIRST_WORKER = 1;
    private static final int STARTED = 0;
    private static final int ENDED = 1;
    private static final int WAITS = 2;

    static ContentionBoard create(Peers who, int workers, int rounds, Path directory) throws IOException {
        int slots = FIRST_WORKER + workers * (WAITS + rounds);
        return new ContentionBoard(Board.create(file(who, directory), slots), workers, rounds);
    }

    static ContentionBoard open(Peers who, int workers, int rounds, Path directory) throws IOException {
        return new ContentionBoard(Board.open(file(who, directory)), workers, rounds);
    }

    private static Path file(Peers who, Path directory) {
        return directory.resolve(who + ".board");
    }

    /** Returns when all are ready. */
    void start(int worker) {
        board.add(READY, 1);
        board.await(READY, workers);
        board.set(slot(worker, STARTED), System.nanoTime());
    }

    void waited(int worker, int round, long nanos) {
        board.set(slot(worker, WAITS + round), nanos);
    }

    void end(int worker) {
        board.set(slot(worker, ENDED), System.nanoTime());
    }

    /** From the first start to the last end. */
    long nanos() {
        long first = IntStream.range(0, workers)
                .mapToLong(worker -> board.get(slot(worker, STARTED)))
                .min()
                .orElseThrow();
        long last = IntStream.range(0, workers)
                .mapToLong(worker -> board.get(slot(worker, ENDED)))
                .max()
                .orElseThrow();
        return last - first;
    }

    List<Double> waits() {
        return IntStream.range(0, workers)
                .boxed()
                .flatMap(worker ->
                        IntStream.range(0, rounds).mapToObj(round -> (double) board.get(slot(worker, WAITS + round))))
                .toList();
    }

    private int slot(int worker, int what) {
        return FIRST_WORKER + worker * (WAITS + rounds) + what;
    }
}
