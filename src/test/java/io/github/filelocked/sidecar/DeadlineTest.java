package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Nested
    class OfZero {

        @Test
        void hasPassedFromTheBeginning() {
            Deadline deadline = Deadline.in(Duration.ZERO);
            assertThat(deadline.hasPassed()).isTrue();
            assertThat(deadline.remaining()).isZero();
            assertThat(deadline.isNever()).isFalse();
        }
    }

    @Nested
    class WithoutLimit {

        @Test
        void neverPassesAndNeverShrinks() {
            Deadline deadline = Deadline.in(FileLocks.NO_LIMIT);
            assertThat(deadline.isNever()).isTrue();
            assertThat(deadline.hasPassed()).isFalse();
            assertThat(deadline.remaining()).isEqualTo(FileLocks.NO_LIMIT);
        }
    }

    @Nested
    class OfSomeTime {

        @Test
        void shrinksButNotBelowZero() {
            Deadline deadline = Deadline.in(Duration.ofHours(1));
            assertThat(deadline.remaining()).isPositive().isLessThanOrEqualTo(Duration.ofHours(1));
            assertThat(deadline.hasPassed()).isFalse();
            assertThat(Deadline.in(Duration.ofNanos(1)).remaining()).isBetween(Duration.ZERO, Duration.ofNanos(1));
        }

        @Test
        void justBelowNoLimitDoesNotOverflow() {
            Deadline deadline = Deadline.in(FileLocks.NO_LIMIT.minusNanos(1));
            assertThat(deadline.isNever()).isFalse();
            assertThat(deadline.hasPassed()).isFalse();
            assertThat(deadline.elapsed()).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Nested
    class OfAnImpossibleTime {

        @Test
        void isRefusedWhenNegative() {
            for (Duration negative : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
                assertThatThrownBy(() -> Deadline.validated(negative, "defaultTimeout"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("defaultTimeout is negative: " + negative)
                        .hasMessageContaining("Duration.ZERO for one attempt, FileLocks.NO_LIMIT");
            }
        }

        @Test
        void isRefusedWhenLongerThanTheClockCanCount() {
            for (Duration endless :
                    List.of(FileLocks.NO_LIMIT.plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))) {
                assertThatThrownBy(() -> Deadline.in(endless))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("timeout is longer than the clock can count (292 years): " + endless)
                        .hasMessageContaining("use FileLocks.NO_LIMIT");
            }
        }
    }
}
