package io.github.filelocked.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * All holds of all processes in the order in which they began. It knows nothing of the counter, and finds what that
 * would miss: two that were inside at the same time without harm.
 *
 * @param holds how many there were
 * @param overlaps how many began while another was still inside
 * @param handOvers how long each took, in ascending nanoseconds, from one process to another that was waiting already
 */
record Sweep(int holds, int overlaps, List<Long> handOvers) {

    static Sweep over(Collection<Hold> all) {
        List<Hold> holds =
                all.stream().sorted(Comparator.comparingLong(Hold::entered)).toList();
        List<Long> handOvers = new ArrayList<>();
        int overlaps = 0;
        Hold last = null; // Of those so far, the one that left last.
        for (Hold hold : holds) {
            // By difference: the clock may pass the largest number.
            if (last != null && hold.entered() - last.left() < 0) {
                overlaps++;
            } else if (last != null && hold.process() != last.process() && hold.asked() - last.left() < 0) {
                handOvers.add(hold.entered() - last.left());
            }
            if (last == null || hold.left() - last.left() > 0) {
                last = hold;
            }
        }
        handOvers.sort(null);
        return new Sweep(holds.size(), overlaps, List.copyOf(handOvers));
    }

    /** Returns the smallest hand-over that so many per cent of them do not exceed. */
    double handOverMillis(int percent) {
        int rank = (int) Math.ceil(handOvers.size() * percent / 100.0);
        return handOvers.get(Math.max(rank, 1) - 1) / 1e6;
    }
}
