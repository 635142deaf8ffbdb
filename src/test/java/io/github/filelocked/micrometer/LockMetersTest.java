package io.github.filelocked.micrometer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockMetersTest {

    private static final LockOrigin ORIGIN = new LockOrigin("Reports.rewrite", "${dir}/#{#user}.csv");

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LockMeters meters = new LockMeters(registry);
    private final FileLocks locks = FileLocks.builder().listener(meters).build();

    @AfterEach
    void theGaugesAreAtZero() {
        assertThat(registry.getMeters())
                .filteredOn(Gauge.class::isInstance)
                .allSatisfy(gauge -> assertThat(((Gauge) gauge).value())
                        .as(gauge.getId().toString())
                        .isZero());
    }

    private LockTarget file(String name) {
        return LockTarget.file(directory.resolve(name));
    }

    private HeldLocks acquire(String... names) {
        return locks.acquireAll(List.of(names).stream().map(this::file).toList(), Duration.ZERO, ORIGIN);
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private Timer waits(String outcome) {
        return registry.get("filelocked.wait").tag("outcome", outcome).timer();
    }

    /** All outcomes with their numbers: one more than there should be would be as wrong as one that is missing. */
    private List<String> outcomes() {
        return registry.find("filelocked.wait").timers().stream()
                .map(timer -> timer.getId().getTag("outcome") + " " + timer.count())
                .sorted()
                .toList();
    }

    private static <T> T inAnotherThread(Callable<T> work) throws Exception {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable failure) {
                outcome.completeExceptionally(failure);
            }
        });
        thread.start();
        return outcome.get(20, TimeUnit.SECONDS);
    }

    @Nested
    class TheTags {

        @Test
        void areTheAnnotationsExpressionItsMethodAndTheMode() {
            acquire("alice.csv").close();
            acquire("bob.csv").close();
            String tags = "tag(mode=exclusive),tag(operation=Reports.rewrite)%s,tag(resource=${dir}/#{#user}.csv)";
            assertThat(registry.getMeters())
                    .extracting(Meter::getId)
                    .extracting(id -> id.getName() + " " + id.getTagsAsIterable())
                    .containsExactlyInAnyOrder(
                            "filelocked.wait [" + tags.formatted(",tag(outcome=acquired)") + "]",
                            "filelocked.hold [" + tags.formatted("") + "]",
                            "filelocked.waiting [" + tags.formatted("") + "]",
                            "filelocked.held [" + tags.formatted("") + "]");
            assertThat(outcomes()).containsExactly("acquired 2");
        }

        @Test
        void areNoneWhereThereIsNoAnnotation() {
            locks.acquire(file("x").shared()).close();
            assertThat(registry.get("filelocked.hold").timer().getId().getTags())
                    .containsExactlyInAnyOrder(
                            Tag.of("resource", "none"), Tag.of("operation", "none"), Tag.of("mode", "shared"));
        }
    }

    @Nested
    class AnAcquisition {

        @Test
        void thatSucceedsIsAcquired() {
            acquire("x").close();
            assertThat(outcomes()).containsExactly("acquired 1");
        }

        @Test
        void thatTakesTooLongIsBusyAndItsTimeIsRecorded() throws Exception {
            try (HeldLocks held = inAnotherThread(() -> acquire("x"))) {
                assertThat(held.locks()).hasSize(1);
                assertThatThrownBy(() -> locks.acquireAll(List.of(file("x")), Duration.ofMillis(30), ORIGIN))
                        .isInstanceOf(LockNotAcquiredException.class);
            }
            assertThat(outcomes()).containsExactly("acquired 1", "busy 1");
            assertThat(waits("busy").totalTime(MILLISECONDS)).isBetween(30.0, 20_000.0);
        }

        @Test
        void thatIsInterruptedIsInterrupted() throws Exception {
            inAnotherThread(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> locks.acquire(directory.resolve("x"), Duration.ofSeconds(10)))
                        .isInstanceOf(LockInterruptedException.class);
                return null;
            });
            assertThat(outcomes()).containsExactly("interrupted 1");
        }

        @Test
        void thatCannotBeIsRefused() throws Exception {
            Files.createDirectory(directory.resolve("x.lock"));
            assertThatThrownBy(() -> acquire("x")).isInstanceOf(LockRefusedException.class);
            assertThat(outcomes()).containsExactly("refused 1");
        }

        @Test
        void whoseProviderFailsInItsOwnWayIsFailed() {
            FileLocks broken = FileLocks.builder()
                    .listener(meters)
                    .provider(request -> {
                        throw new IllegalStateException("of the provider");
                    })
                    .build();
            assertThatThrownBy(() -> broken.acquire(file("x"))).isInstanceOf(IllegalStateException.class);
            assertThat(outcomes()).containsExactly("failed 1");
        }

        @Test
        void ofSeveralPathsCountsForEachOfThem() {
            try (HeldLocks held = acquire("x", "y")) {
                assertThat(held.locks()).hasSize(2);
                assertThat(gauge("filelocked.held", "resource", ORIGIN.expression()))
                        .isEqualTo(2);
            }
            assertThat(registry.get("filelocked.hold").timer().count()).isEqualTo(2);
        }

        @Test
        void thatWaitsIsCountedAsWaitingUntilItHolds() throws Exception {
            CompletableFuture<Void> waiter;
            try (HeldLocks held = acquire("x")) {
                waiter = CompletableFuture.runAsync(
                        () -> locks.acquireAll(List.of(file("x")), FileLocks.NO_LIMIT, LockOrigin.of("other"))
                                .close(),
                        task -> new Thread(task).start());
                await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .until(() -> gauge("filelocked.waiting", "operation", "other") == 1);
                assertThat(held.locks()).hasSize(1);
                assertThat(gauge("filelocked.waiting", "operation", "Reports.rewrite"))
                        .isZero();
                assertThat(gauge("filelocked.held")).isEqualTo(1);
            }
            waiter.get(20, TimeUnit.SECONDS);
        }
    }

    @Nested
    class AHold {

        @Test
        void endsWithACloseByAnotherThread() throws Exception {
            HeldLocks held = acquire("x");
            assertThat(gauge("filelocked.held")).isEqualTo(1);
            inAnotherThread(() -> {
                held.close();
                return null;
            });
            assertThat(gauge("filelocked.held")).isZero();
            assertThat(registry.get("filelocked.hold").timer().count()).isEqualTo(1);
        }

        @Test
        void goesOnWhenDetachedAndEndsOnce() throws Exception {
            HeldLocks held = acquire("x").detach();
            assertThat(gauge("filelocked.held")).isEqualTo(1);
            inAnotherThread(() -> {
                held.close();
                held.close();
                return null;
            });
            assertThat(gauge("filelocked.held")).isZero();
            assertThat(registry.get("filelocked.hold").timer().count()).isEqualTo(1);
        }

        @Test
        void isTimedToItsRelease() {
            long before = System.nanoTime();
            HeldLocks held = acquire("x");
            long since = System.nanoTime();
            long until = System.nanoTime();
            held.close();
            assertThat(registry.get("filelocked.hold").timer().totalTime(NANOSECONDS))
                    .isBetween((double) (until - since), (double) (System.nanoTime() - before));
        }
    }
}
