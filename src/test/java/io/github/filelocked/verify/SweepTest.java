package io.github.filelocked.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {

    private static final long A = 1;
    private static final long B = 2;

    @Test
    void findsNoOverlapWhereOneLeavesBeforeTheNextEnters() {
        Sweep sweep = Sweep.over(List.of(new Hold(B, 5, 30, 40), new Hold(A, 0, 10, 20)));

        assertThat(sweep).isEqualTo(new Sweep(2, 0, List.of(10L)));
    }

    @Test
    void findsTwoThatAreInsideAtOnce() {
        assertThat(Sweep.over(List.of(new Hold(A, 0, 10, 20), new Hold(B, 0, 19, 30))))
                .isEqualTo(new Sweep(2, 1, List.of()));
    }

    @Test
    void remembersALongHoldBehindShortOnes() {
        List<Hold> holds = List.of(new Hold(A, 0, 10, 100), new Hold(B, 0, 20, 30), new Hold(B, 30, 40, 50));

        assertThat(Sweep.over(holds).overlaps()).isEqualTo(2);
    }

    @Test
    void countsAHandOverOnlyToAnotherProcessThatWaits() {
        List<Hold> holds = List.of(
                new Hold(A, 0, 10, 20), // then the same process again
                new Hold(A, 15, 30, 40), // then one that asks later
                new Hold(B, 45, 50, 60), // then one that has been waiting
                new Hold(A, 42, 63, 70));

        assertThat(Sweep.over(holds)).isEqualTo(new Sweep(4, 0, List.of(3L)));
    }

    @Test
    void bearsAClockThatPassesTheLargestNumber() {
        long end = Long.MAX_VALUE;
        List<Hold> holds =
                List.of(new Hold(A, end - 30, end - 20, end - 10), new Hold(B, end - 15, end, Long.MIN_VALUE + 10));

        assertThat(Sweep.over(holds)).isEqualTo(new Sweep(2, 0, List.of(10L)));
    }

    @Test
    void givesPercentilesThatHaveOccurred() {
        Sweep sweep = new Sweep(0, 0, List.of(1_000_000L, 2_000_000L, 3_000_000L, 9_000_000L));

        assertThat(sweep.handOverMillis(50)).isEqualTo(2);
        assertThat(sweep.handOverMillis(99)).isEqualTo(9);
        assertThat(sweep.handOverMillis(0)).isEqualTo(1);
    }

    @Test
    void bearsNothingAtAll() {
        assertThat(Sweep.over(List.of())).isEqualTo(new Sweep(0, 0, List.of()));
    }
}
