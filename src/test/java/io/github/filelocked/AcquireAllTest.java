package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AcquireAllTest {

    private final FileLocks locks = FileLocks.create();
    private Path directory;
    private LockTarget a;
    private LockTarget b;
    private LockTarget c;

    @BeforeEach
    void resolveTheFiles(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        a = LockTarget.file(directory.resolve("a"));
        b = LockTarget.file(directory.resolve("b"));
        c = LockTarget.directory(directory.resolve("c"));
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(directory);
    }

    private boolean isToBeHad(LockTarget target) throws Exception {
        return InThread.call(() -> {
            Optional<HeldLock> lock = locks.tryAcquire(target);
            lock.ifPresent(HeldLock::close);
            return lock.isPresent();
        });
    }

    @Nested
    class WhenAllAreFree {

        @Test
        void holdsThemUntilTheyAreClosed() throws Exception {
            HeldLocks held = locks.acquireAll(List.of(c, a, b));
            for (LockTarget target : List.of(a, b, c)) {
                assertThat(isToBeHad(target)).isFalse();
            }
            held.close();
            held.close();
            for (LockTarget target : List.of(a, b, c)) {
                assertThat(isToBeHad(target)).isTrue();
            }
        }

        @Test
        void givesThemInTheOrderInWhichTheyAreNamed() {
            List<LockTarget> targets = new ArrayList<>(List.of(a, b, c));
            for (int i = 0; i < 6; i++) {
                Collections.rotate(targets, 1);
                if (i == 3) {
                    Collections.swap(targets, 0, 1);
                }
                try (HeldLocks held = locks.acquireAll(targets)) {
                    assertThat(held.locks())
                            .extracting(HeldLock::path)
                            .isEqualTo(
                                    targets.stream().map(LockTarget::resource).toList());
                }
            }
        }

        @Test
        void givesAListThatNobodyCanChange() {
            try (HeldLocks held = locks.acquireAll(List.of(a))) {
                assertThatThrownBy(() -> held.locks().clear()).isInstanceOf(UnsupportedOperationException.class);
            }
        }

        @Test
        void acceptsAResourceMoreThanOnceAndInSeveralSpellings() throws Exception {
            Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("a"));
            try (HeldLocks held = locks.acquireAll(List.of(a, LockTarget.file(link), a))) {
                assertThat(held.locks())
                        .extracting(HeldLock::path)
                        .containsExactly(a.resource(), a.resource(), a.resource());
                held.locks().get(0).close();
                assertThat(isToBeHad(a)).isFalse();
            }
            assertThat(isToBeHad(a)).isTrue();
        }

        @Test
        void acceptsAResourceSharedAndExclusivelyInEitherOrder() throws Exception {
            for (List<LockTarget> targets : List.of(List.of(a.shared(), a), List.of(a, a.shared()))) {
                try (HeldLocks held = locks.acquireAll(targets)) {
                    assertThat(held.locks()).hasSize(2).allMatch(HeldLock::isHeld);
                    assertThat(isToBeHad(a.shared())).isFalse();
                }
            }
            assertThat(isToBeHad(a)).isTrue();
        }

        @Test
        void canBeDetachedTogether() throws Exception {
            HeldLocks held = locks.acquireAll(List.of(a, b)).detach();
            assertThat(locks.tryAcquire(a)).isEmpty();
            assertThat(locks.tryAcquire(b)).isEmpty();
            InThread.call(() -> {
                held.close();
                return null;
            });
            assertThat(isToBeHad(a)).isTrue();
            assertThatThrownBy(held::detach).isInstanceOf(LockNotHeldException.class);
        }
    }

    @Nested
    class WhenOneIsBusy {

        @Test
        void saysHowLongItWaitedForAllOfThem() throws Exception {
            Duration timeout = Duration.ofMillis(60);
            try (HeldLock other = locks.acquire(b)) {
                LockNotAcquiredException busy = InThread.call(() -> catchThrowableOfType(
                        LockNotAcquiredException.class,
                        () -> locks.acquireAll(List.of(a, b), timeout, LockOrigin.of("both"))));
                assertThat(other.isHeld()).isTrue();
                assertThat(busy.resource()).isEqualTo(b.resource());
                assertThat(busy.waited()).isGreaterThanOrEqualTo(timeout);
                assertThat(busy).hasMessageContaining("for both").hasMessageContaining(" ms");
                assertThat(busy.holder()).isPresent();
            }
        }

        @Test
        void givesTheOthersBack() throws Exception {
            for (LockTarget busy : List.of(a, b, c)) {
                HeldLock other = InThread.call(() -> locks.acquire(busy));
                assertThatThrownBy(() -> locks.acquireAll(List.of(c, b, a), Duration.ZERO, LockOrigin.of("m")))
                        .isInstanceOf(LockNotAcquiredException.class)
                        .hasMessageContaining(busy.resource().toString());
                assertThat(locks.tryAcquireAll(List.of(c, b, a), Duration.ofMillis(5)))
                        .isEmpty();
                for (LockTarget target : List.of(a, b, c)) {
                    assertThat(isToBeHad(target)).isEqualTo(!target.equals(busy));
                }
                other.close();
            }
            assertThat(locks.tryAcquireAll(List.of(c, b, a), Duration.ZERO)).hasValueSatisfying(HeldLocks::close);
        }

        @Test
        @DisplayName("I10: there is one deadline for all of them")
        void waitsForAllTogetherNoLongerThanItsTime() throws Exception {
            Duration timeout = Duration.ofHours(1);
            Duration cost = Duration.ofMillis(50);
            List<Duration> timeouts = new CopyOnWriteArrayList<>();
            FileLocks watched = FileLocks.builder()
                    .listener(new LockListener() {
                        @Override
                        public void awaiting(LockRequest request) {
                            timeouts.add(request.timeout());
                        }
                    })
                    .build();
            HeldLock first = InThread.call(() -> locks.acquire(a));
            InThread<Void> waiter = InThread.start(() -> {
                watched.acquireAll(List.of(a, b), timeout, LockOrigin.NONE).close();
                return null;
            });
            Traces.awaitWaiters(first.lockFile(), 1);
            assertThat(locks.tryAcquire(a, cost)).isEmpty();
            first.close();
            waiter.result();
            assertThat(timeouts).hasSize(2);
            assertThat(timeouts.get(0)).isLessThanOrEqualTo(timeout);
            assertThat(timeouts.get(1)).isLessThanOrEqualTo(timeouts.get(0).minus(cost));
        }

        @Test
        @DisplayName("I10: once the time is over, the next one is tried once")
        void doesNotWaitForTheSecondWhenTheFirstHasTakenAllTheTime() throws Exception {
            HeldLock second = InThread.call(() -> locks.acquire(b));
            LockNotAcquiredException busy = catchThrowableOfType(
                    LockNotAcquiredException.class,
                    () -> locks.acquireAll(List.of(a, b), Duration.ZERO, LockOrigin.of("Jobs.run")));
            assertThat(busy)
                    .hasMessageContaining(b.resource().toString())
                    .hasMessageContaining("for Jobs.run")
                    .hasMessageContaining("one attempt");
            second.close();
        }
    }

    @Nested
    class WhenTheyAreNamedInDifferentOrders {

        @Test
        void nobodyWaitsForEachOther() throws Exception {
            List<InThread<Integer>> all = new ArrayList<>();
            int[] inside = new int[1];
            for (List<LockTarget> order :
                    List.of(List.of(a, b, c), List.of(c, b, a), List.of(b, c, a), List.of(b, a))) {
                all.add(InThread.start(() -> {
                    for (int round = 0; round < 300; round++) {
                        try (HeldLocks held = locks.acquireAll(order)) {
                            assertThat(held.locks()).hasSameSizeAs(order);
                            inside[0]++;
                        }
                    }
                    return null;
                }));
            }
            for (InThread<Integer> each : all) {
                each.result();
            }
            assertThat(inside[0]).as("no update is lost").isEqualTo(1_200);
        }
    }

    @Nested
    class WhenItMakesNoSense {

        @Test
        void isRefusedWithoutTargets() {
            assertThatThrownBy(() -> locks.acquireAll(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no target to lock");
        }

        @Test
        void isRefusedWithAnImpossibleOneBeforeAnythingIsMade() throws IOException {
            Traces traces = Traces.of(directory);
            assertThatThrownBy(() -> locks.acquireAll(List.of(a, b, LockTarget.file(directory))))
                    .isInstanceOf(LockRefusedException.class);
            assertThatThrownBy(() -> locks.acquireAll(List.of(a), Duration.ofNanos(-1), LockOrigin.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> locks.acquireAll(List.of(a), null, LockOrigin.NONE))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> locks.acquireAll(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> locks.acquireAll(Collections.singletonList(null)))
                    .isInstanceOf(NullPointerException.class);
            traces.assertNone();
        }
    }
}
