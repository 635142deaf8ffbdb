package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.filelocked.FileLocks;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeoutTest {

    private static final Duration DEFAULT = Duration.ofSeconds(42);

    private static Duration parse(String text) {
        return Timeout.parse(text, DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void nothingIsTheDefault(String nothing) {
        assertThat(parse(nothing)).isEqualTo(DEFAULT);
    }

    @Test
    void zeroIsOneAttempt() {
        assertThat(parse("0")).isZero();
        assertThat(parse("0s")).isZero();
        assertThat(parse("PT0S")).isZero();
    }

    @Test
    void minusOneIsWithoutLimit() {
        assertThat(parse("-1")).isEqualTo(FileLocks.NO_LIMIT);
    }

    @ParameterizedTest
    @CsvSource({
        "7ns, PT0.000000007S",
        "7us, PT0.000007S",
        "500ms, PT0.5S",
        "10s, PT10S",
        "5m, PT5M",
        "2h, PT2H",
        "1d, PT24H",
        "10 s, PT10S",
        "' 10s ', PT10S",
        "PT1M30S, PT1M30S",
        "pt1m30s, PT1M30S",
        "P1DT1H, PT25H",
        "PT0.25S, PT0.25S",
        "9223372036854775807ns, PT2562047H47M16.854775807S",
    })
    void aNumberWithAUnitAndIsoAreRead(String text, Duration expected) {
        assertThat(parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "500, has no unit",
        "-5, has no unit",
        "+5, has no unit",
        "00, has no unit",
        "-2, has no unit",
        "PT-1S, is negative",
        "-PT1S, is negative",
        "-1s, is not a duration",
        "10x, is not a duration",
        "10S, is not a duration",
        "1.5s, is not a duration",
        "1 0s, is not a duration",
        "soon, is not a duration",
        "PT, is not a duration",
        "10s 5ms, is not a duration",
        "${timeout}, is not a duration",
        "١٠s, is not a duration",
        "9223372036854775808ns, is longer than 292 years",
        "9223372036854775807s, is longer than 292 years",
        "106752d, is longer than 292 years",
        "9223372036854775807d, is longer than 292 years",
        "99999999999999999999s, is longer than 292 years",
        "PT2562047H47M16.854775808S, is longer than 292 years",
    })
    void anythingElseIsRefusedWithTheReasonAndTheCure(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith("timeout \"" + text + "\" " + reason)
                .withMessageContaining("write 500ms, 10s, 5m, 2h, 1d or PT1M30S")
                .withMessageContaining("\"0\" for one attempt, \"-1\" to wait without limit");
    }
}
