package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.peer.Peer;
import io.github.filelocked.examples.benchmark.peer.Peers;
import io.github.filelocked.examples.benchmark.process.Board;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One of two JVMs. The holder acquires; the waiter says that it will wait, and waits; the holder holds for a while,
 * notes the time, and releases; the waiter notes how long after that it goes on. Again and again, with one peer after
 * another.
 */
final class HandOverProgram {

    private static final int STEP = 0;
    private static final int RELEASED = 1;
    private static final int LATENCIES = 2;
    private static final int STEPS = 3;
    private static final Pause NONE = new Pause(Duration.ZERO, Duration.ZERO);

    private HandOverProgram() {}

    /**
     * Arguments: holder or waiter, directory, hold, and each peer with its rounds: those of practice, those that count.
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[1]);
        Pause hold = Pause.parse(args[2]);
        for (int i = 3; i < args.length; i += 3) {
            Peers who = Peers.valueOf(args[i]);
            int practice = Integer.parseInt(args[i + 1]);
            int rounds = Integer.parseInt(args[i + 2]);
            Board board = Board.open(boardOf(who, directory));
            try (Peer peer = who.in(directory)) {
                for (int round = 0; round < practice + rounds; round++) {
                    if (args[0].equals("holder")) {
                        holdOnce(peer, board, round, round < practice ? NONE : hold);
                    } else {
                        waitOnce(peer, board, round, round - practice);
                    }
                }
            }
        }
    }

    private static void holdOnce(Peer peer, Board board, int round, Pause time) throws Exception {
        int step = round * STEPS;
        board.await(STEP, step);
        Peer.Hold hold = peer.acquire();
        board.set(STEP, step + 1);
        board.await(STEP, step + 2);
        time.sleep();
        board.set(RELEASED, System.nanoTime());
        hold.release();
    }

    private static void waitOnce(Peer peer, Board board, int round, int counted) throws Exception {
        int step = round * STEPS;
        board.await(STEP, step + 1);
        board.set(STEP, step + 2);
        Peer.Hold hold = peer.acquire();
        long entered = System.nanoTime();
        if (counted >= 0) {
            board.set(LATENCIES + counted, entered - board.get(RELEASED));
        }
        hold.release();
        board.set(STEP, step + STEPS);
    }

    static Path boardOf(Peers who, Path directory) {
        return directory.resolve(who + ".board");
    }

    static int slots(int rounds) {
        return LATENCIES + rounds;
    }

    static long latency(Board board, int round) {
        return board.get(LATENCIES + round);
    }
}
