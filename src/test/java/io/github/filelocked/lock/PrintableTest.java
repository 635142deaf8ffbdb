package io.github.filelocked.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000", "\u0007", "\b", "\r", "\u001b", "\u007f", "\u0085", "\u009b", "\u00ad", "\u200b", "\u200e",
                "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud800", "\udc00"
            })
    void whatControlsATerminalIsReplaced(String character) {
        assertThat(Printable.line("a" + character + "b")).isEqualTo("a?b");
        assertThat(Printable.lines("a" + character + "b")).isEqualTo("a?b");
    }

    @Test
    void aLineHasNoLineBreakAndLinesHave() {
        assertThat(Printable.line("a\nb\tc")).isEqualTo("a?b?c");
        assertThat(Printable.lines("a\nb\tc")).isEqualTo("a\nb\tc");
    }

    @Test
    void anInvisibleCharacterBeyondTheFirstPlaneIsReplacedAsAWhole() {
        assertThat(Printable.line("a\udb40\udc01b")).isEqualTo("a??b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "main", "http-nio-8080-exec-1", "ü 語 \uD83D\uDD12", "\u0645\u06cc\u200c\u062e"})
    void otherTextStaysAsItIs(String text) {
        assertThat(Printable.line(text)).isSameAs(text);
    }

    @Test
    void everyTextOfAHolderIsPrintable() {
        LockHolder holder = new LockHolder(
                1, "h\u001b", "t\u0007", "o\n", Instant.EPOCH, LockHolder.Source.RECORD, "n\u2028", "c\u202e");
        assertThat(holder.toString()).isEqualTo("pid 1 (c?) on h?, thread \"t?\", in o?, since 1970-01-01T00:00:00Z");
        assertThat(holder.unseen().toString()).contains("(not visible from here, pid namespace n?)");
        assertThat(LockHolder.foreign(1, "\u001b[2J").toString()).isEqualTo("pid 1 (?[2J), which left no record");
    }

    @Test
    void everyMessageOfOurExceptionsIsPrintable() {
        assertThat(new LockRefusedException("a\u001b[2J\nb")).hasMessage("a?[2J\nb");
    }
}
