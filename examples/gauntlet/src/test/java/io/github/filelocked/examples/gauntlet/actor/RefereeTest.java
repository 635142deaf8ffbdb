package io.github.filelocked.examples.gauntlet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.examples.gauntlet.actor.Ledger.Stay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefereeTest {

    @Test
    void seesNoOverlapOfStaysThatFollowEachOther() {
        assertThat(Referee.overlaps(List.of(new Stay(20, 30), new Stay(0, 10), new Stay(10, 20))))
                .isZero();
    }

    @Test
    void countsWhoWentInBesideAnother() {
        assertThat(Referee.overlaps(List.of(new Stay(0, 100), new Stay(10, 20), new Stay(30, 40), new Stay(100, 110))))
                .isEqualTo(2);
    }

    @Test
    void missesTheUpdatesThatAreNotInTheNumber(@TempDir Path directory) throws Exception {
        Counter counter = new Counter(directory.resolve("counter"));
        counter.create();
        counter.addOne();
        Ledger ledger = new Ledger();
        ledger.noteStay(0, 10);
        ledger.noteStay(10, 20);
        ledger.noteFailure(new IllegalStateException());
        ledger.write(Files.createDirectory(directory.resolve("ledgers")));

        assertThat(Referee.of(counter, directory.resolve("ledgers")))
                .isEqualTo(new Referee(2, 1, 0, List.of("IllegalStateException")));
    }
}
