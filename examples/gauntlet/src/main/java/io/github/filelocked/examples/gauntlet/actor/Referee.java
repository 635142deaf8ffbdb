package io.github.filelocked.examples.gauntlet.actor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Says what became of a contest, by two accounts that know nothing of locks: a number in a file, and a sweep over the
 * times at which each worker was inside.
 *
 * @param updates how often somebody was inside
 * @param lost how many of the updates are not in the number
 * @param overlaps how many went in while another was inside
 * @param failures what was thrown at those who wanted in, or out
 */
public record Referee(long updates, long lost, long overlaps, List<String> failures) {

    static Referee of(Counter counter, Path ledgers) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(ledgers)) {
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        List<Ledger.Stay> stays = Ledger.staysIn(lines);
        return new Referee(stays.size(), stays.size() - counter.read(), overlaps(stays), Ledger.failuresIn(lines));
    }

    static long overlaps(List<Ledger.Stay> stays) {
        long overlaps = 0;
        long lastLeft = Long.MIN_VALUE;
        for (Ledger.Stay stay : stays.stream()
                .sorted(Comparator.comparingLong(Ledger.Stay::entered))
                .toList()) {
            if (stay.entered() < lastLeft) {
                overlaps++;
            }
            lastLeft = Math.max(lastLeft, stay.left());
        }
        return overlaps;
    }
}
