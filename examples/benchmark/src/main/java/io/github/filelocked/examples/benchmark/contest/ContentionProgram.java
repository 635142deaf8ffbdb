package io.github.filelocked.examples.benchmark.contest;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.github.filelocked.examples.benchmark.peer.Peer;
import io.github.filelocked.examples.benchmark.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One of several JVMs that read a number, add one, and replace the file, round after round, with one peer after
 * another.
 */
final class ContentionProgram {

    /** For each round that counts: the client compiler translates what has been called 200 times. */
    private static final int PRACTICE = 2;

    private ContentionProgram() {}

    /** Arguments: which worker this is, of how many, rounds, directory, think time, and the peers. */
    public static void main(String[] args) throws Exception {
        int worker = Integer.parseInt(args[0]);
        int workers = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        Path directory = Path.of(args[3]);
        Pause think = Pause.parse(args[4]);
        for (int i = 5; i < args.length; i++) {
            Peers who = Peers.valueOf(args[i]);
            ContentionBoard board = ContentionBoard.open(who, workers, rounds, directory);
            try (Peer peer = who.in(directory)) {
                for (int round = 0; round < PRACTICE * rounds; round++) {
                    addOne(peer, counterOf(who, directory), worker);
                }
                board.start(worker);
                for (int round = 0; round < rounds; round++) {
                    board.waited(worker, round, addOne(peer, counterOf(who, directory), worker));
                    think.sleep();
                }
                board.end(worker);
            }
        }
    }

    /** Returns how long it waited. */
    private static long addOne(Peer peer, Path counter, int worker) throws Exception {
        long wanted = System.nanoTime();
        Peer.Hold hold = peer.acquire();
        long entered = System.nanoTime();
        try {
            Path draft = counter.resolveSibling(counter.getFileName() + "." + worker);
            Files.move(Files.writeString(draft, String.valueOf(read(counter) + 1)), counter, ATOMIC_MOVE);
        } finally {
            hold.release();
        }
        return entered - wanted;
    }

    static long read(Path counter) throws IOException {
        return Long.parseLong(Files.readString(counter));
    }

    /** The final number of the counter if no update was lost. */
    static long expected(int workers, int rounds) {
        return (long) workers * rounds * (PRACTICE + 1);
    }

    static Path counterOf(Peers who, Path directory) {
        return directory.resolve(who + ".counter");
    }
}
