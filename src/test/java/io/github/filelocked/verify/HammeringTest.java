package io.github.filelocked.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each of the detectors is enough by itself. */
class HammeringTest {

    private final Findings findings = new Findings(new PrintStream(OutputStream.nullOutputStream()));
    private final Hammering hammering = new Hammering(Plans.withHandOvers(2), List.of(), Path.of("counter"), findings);
    private final Sweep good = new Sweep(1_000, 0, List.of(1L, 2L));

    @Test
    void nothingLostAndNoOverlapIsGood() {
        hammering.judgeCounter(1_000, 1_000);
        hammering.judgeSweep(good);
        findings.complete();

        assertThat(findings.verdict()).isEqualTo(Verdict.EXCLUDES);
    }

    @Test
    void oneLostUpdateIsABreach() {
        hammering.judgeCounter(1_000, 999);
        hammering.judgeSweep(good);
        findings.complete();

        assertThat(findings.conclusion()).isEqualTo("Verdict: does not exclude. 1 of 1,000 updates were lost.");
    }

    @Test
    void oneOverlapIsABreach() {
        hammering.judgeCounter(1_000, 1_000);
        hammering.judgeSweep(new Sweep(1_000, 1, List.of(1L, 2L)));
        findings.complete();

        assertThat(findings.conclusion()).isEqualTo("Verdict: does not exclude. 1 holds began while another went on.");
    }

    @Test
    void aBreachOutweighsADoubt() {
        findings.doubt("a process died");
        hammering.judgeCounter(1_000, 999);

        assertThat(findings.verdict()).isEqualTo(Verdict.DOES_NOT_EXCLUDE);
    }

    @Test
    void moreThanWasReportedIsADoubt() {
        hammering.judgeCounter(1_000, 1_001);
        findings.complete();

        assertThat(findings.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    }

    @Test
    void tooLittleContentionIsADoubt() {
        hammering.judgeSweep(new Sweep(1_000, 0, List.of(1L)));
        findings.complete();

        assertThat(findings.conclusion())
                .isEqualTo(
                        "Verdict: cannot tell. There were only 1 contended hand-overs, and 2 are the least to conclude"
                                + " from.");
    }

    @Test
    void aRunThatBrokeOffIsADoubt() {
        hammering.judgeCounter(1_000, 1_000);
        hammering.judgeSweep(good);

        assertThat(findings.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    }
}
