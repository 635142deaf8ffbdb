package io.github.filelocked.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockInterruptedException;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ShutdownGateTest {

    private static final LockOrigin ANNOTATED = new LockOrigin("Jobs.run", "${dir}/x");

    @TempDir
    Path directory;

    private final ShutdownGate gate = new ShutdownGate();
    private final FileLocks locks = FileLocks.create().withProvider(gate::before);
    private final AtomicBoolean idle = new AtomicBoolean();
    private LockTarget x;
    private LockTarget y;

    @BeforeEach
    void nameTheFiles() {
        x = LockTarget.file(directory.resolve("x"));
        y = LockTarget.file(directory.resolve("y"));
    }

    @AfterEach
    void thisThreadIsNotInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private HeldLocks acquire(LockOrigin origin, LockTarget... targets) {
        return locks.acquireAll(List.of(targets), Duration.ZERO, origin);
    }

    private FileLocks gated(LockProvider provider) {
        return FileLocks.builder().provider(provider).build().withProvider(gate::before);
    }

    private void assertIsShutDown(Throwable failure) {
        assertThat(failure)
                .isExactlyInstanceOf(LockRefusedException.class)
                .hasMessageContaining("the application is shutting down")
                .hasMessageContaining(directory.toString());
    }

    @Nested
    class WhenItIsClosed {

        @BeforeEach
        void close() {
            gate.close();
        }

        @Test
        void nobodyEntersAndTheProviderIsNotAsked() {
            List<String> asked = new ArrayList<>();
            FileLocks foreign = gated(request -> {
                asked.add("provider");
                throw new AssertionError();
            });
            assertIsShutDown(catchThrowable(() -> foreign.acquire(x)));
            assertIsShutDown(catchThrowable(() -> foreign.tryAcquire(x)));
            assertThat(asked).isEmpty();
        }

        @Test
        void itIsIdleAtOnceIfNothingIsHeld() {
            gate.whenIdle(() -> idle.set(true));
            assertThat(idle).isTrue();
        }

        @Test
        void itMayBeOpenedAgain() {
            gate.open();
            acquire(ANNOTATED, x).close();
        }
    }

    @Nested
    class WhoIsInside {

        @Test
        void mayEnterAgainAndAcquireMore() {
            try (HeldLocks held = acquire(LockOrigin.of("tool"), x)) {
                gate.close();
                acquire(LockOrigin.of("tool"), x).close();
                acquire(ANNOTATED, y).close();
                assertThat(held.locks()).hasSize(1);
            }
            assertIsShutDown(catchThrowable(() -> acquire(ANNOTATED, y)));
        }

        @Test
        void isNotTheOneWhoHasTheFirstOfSeveralPathsOnly() {
            List<String> acquired = new ArrayList<>();
            FileLocks several = FileLocks.builder()
                    .listener(new LockListener() {
                        @Override
                        public void acquired(LockRequest request, Duration waited) {
                            acquired.add(request.resource().getFileName().toString());
                            gate.close();
                        }
                    })
                    .build()
                    .withProvider(gate::before);
            assertIsShutDown(catchThrowable(() -> several.acquireAll(List.of(x, y), Duration.ZERO, ANNOTATED)));
            assertThat(acquired).containsExactly("x");
            FileLocks.create().acquire(x, Duration.ZERO).close();
        }

        @Test
        void isNoLongerTheOneWhoHasHandedItsLockOver() {
            HeldLocks held = acquire(ANNOTATED, x).detach();
            gate.close();
            gate.whenIdle(() -> idle.set(true));
            assertIsShutDown(catchThrowable(() -> acquire(LockOrigin.of("tool"), y)));
            assertThat(idle).isFalse();
            held.close();
            assertThat(idle).isTrue();
        }

        @Test
        void keepsItFromBeingIdleUntilAllIsGivenBack() {
            HeldLock first = locks.acquire(x);
            HeldLock second = locks.acquire(x);
            gate.close();
            gate.whenIdle(() -> idle.set(true));
            assertThat(gate.held())
                    .hasSize(2)
                    .allMatch(held -> held.startsWith(x.resource().toString()));
            first.close();
            assertThat(idle).isFalse();
            second.close();
            assertThat(idle).isTrue();
        }

        @Test
        void isCountedOutEvenIfTheReleaseFails() {
            FileLocks failing = gated(request -> new FakeGrant(new AtomicInteger()) {
                @Override
                public void release() {
                    throw new IllegalStateException("of the provider");
                }
            });
            HeldLock held = failing.acquire(x);
            gate.close();
            gate.whenIdle(() -> idle.set(true));
            assertThatThrownBy(held::close).hasMessage("of the provider");
            assertThat(idle).isTrue();
        }
    }

    /** Counts its releases. */
    private static class FakeGrant implements LockProvider.Grant {

        private final AtomicInteger releases;

        FakeGrant(AtomicInteger releases) {
            this.releases = releases;
        }

        @Override
        public void release() {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            releases.incrementAndGet();
        }

        @Override
        public void detach() {}

        @Override
        public boolean isValid() {
            return true;
        }
    }

    @Nested
    class WhenItClosesUponAWaiter {

        @Test
        void whatTheWaiterAcquiresEvenSoIsGivenBack() {
            AtomicInteger releases = new AtomicInteger();
            FileLocks foreign = gated(request -> {
                gate.close();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return new FakeGrant(releases);
            });
            Throwable failure = catchThrowable(() -> foreign.acquire(x));
            assertIsShutDown(failure);
            assertThat(failure).hasNoCause();
            assertThat(releases).hasValue(1);
            gate.whenIdle(() -> idle.set(true));
            assertThat(idle).isTrue();
        }

        @Test
        void theInterruptedWaitIsTheShutdown() {
            FileLocks foreign = gated(request -> {
                gate.close();
                gate.whenIdle(() -> idle.set(true));
                assertThat(idle).as("somebody still waits").isFalse();
                throw new LockInterruptedException(request.resource());
            });
            Throwable failure = catchThrowable(() -> foreign.acquire(x));
            assertIsShutDown(failure);
            assertThat(failure).hasNoCause();
            assertThat(idle).isTrue();
        }

        @Test
        void whatTheInterruptHasMadeOfTheWaitIsTheCause() {
            FileLocks foreign = gated(request -> {
                gate.close();
                throw new IllegalStateException("interrupted, as the cluster has it");
            });
            Throwable failure = catchThrowable(() -> foreign.acquire(x));
            assertIsShutDown(failure);
            assertThat(failure).hasRootCauseMessage("interrupted, as the cluster has it");
        }

        @Test
        void aTimeoutStaysATimeout() {
            FileLocks foreign = gated(request -> {
                gate.close();
                throw new LockNotAcquiredException(request, Duration.ZERO, null);
            });
            assertThat(foreign.tryAcquire(x)).isEmpty();
        }

        @Test
        void anErrorStaysAnError() {
            FileLocks foreign = gated(request -> {
                gate.close();
                throw new StackOverflowError();
            });
            assertThatThrownBy(() -> foreign.acquire(x)).isInstanceOf(StackOverflowError.class);
        }

        @Test
        void anInterruptOfOthersStaysTheirs() {
            FileLocks foreign = gated(request -> {
                Thread.currentThread().interrupt();
                gate.close();
                throw new LockInterruptedException(request.resource());
            });
            assertThatThrownBy(() -> foreign.acquire(x)).isInstanceOf(LockInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Acquisitions that no thread waits for. */
    @Nested
    class WithoutAThread {

        private LockRequest request;

        private LockProvider gatedProvider(LockProvider provider) {
            return gate.before(provider);
        }

        @BeforeEach
        void request() {
            FileLocks recording = FileLocks.builder()
                    .provider(asked -> {
                        request = asked;
                        return new FakeGrant(new AtomicInteger());
                    })
                    .build();
            recording.acquire(x).close();
        }

        private LockProvider answering(CompletableFuture<LockProvider.Grant> answer) {
            return new LockProvider() {
                @Override
                public LockProvider.Grant acquire(LockRequest asked) {
                    throw new AssertionError("asked for a thread that waits");
                }

                @Override
                public CompletableFuture<LockProvider.Grant> acquireAsync(LockRequest asked) {
                    return answer;
                }
            };
        }

        @Test
        void aWaitEndsAtOnceWhenTheGateCloses() {
            CompletableFuture<LockProvider.Grant> answer = new CompletableFuture<>();
            CompletableFuture<LockProvider.Grant> result =
                    gatedProvider(answering(answer)).acquireAsync(request);
            gate.close();
            assertThat(answer).isCancelled();
            assertIsShutDown(result.handle((grant, failure) -> failure).join());
            gate.whenIdle(() -> idle.set(true));
            assertThat(idle).isTrue();
        }

        @Test
        void nothingIsAskedForOnceTheGateIsClosed() {
            gate.close();
            CompletableFuture<LockProvider.Grant> result =
                    gatedProvider(answering(null)).acquireAsync(request);
            assertIsShutDown(result.handle((grant, failure) -> failure).join());
        }

        @Test
        void aCancelledResultCancelsTheWait() {
            CompletableFuture<LockProvider.Grant> answer = new CompletableFuture<>();
            gatedProvider(answering(answer)).acquireAsync(request).cancel(true);
            assertThat(answer).isCancelled();
            gate.whenIdle(() -> idle.set(true));
            assertThat(idle).isTrue();
        }

        @Test
        void theLockIsAwaitedAtTheEndAndMayBeGivenToAThreadThatIsInsideThen() {
            List<String> calls = new ArrayList<>();
            LockProvider.Grant grant = new FakeGrant(new AtomicInteger()) {
                @Override
                public void attach() {
                    calls.add("attach");
                }

                @Override
                public void ensureValid() {
                    calls.add("ensureValid");
                }
            };
            LockProvider.Grant gated = gatedProvider(answering(CompletableFuture.completedFuture(grant)))
                    .acquireAsync(request)
                    .join();
            gate.close();
            gate.whenIdle(() -> idle.set(true));
            assertIsShutDown(catchThrowable(() -> locks.acquire(y)));
            gated.attach();
            gated.ensureValid();
            locks.acquire(y).close();
            assertThat(idle).isFalse();
            gated.release();
            assertThat(idle).isTrue();
            assertThat(calls).containsExactly("attach", "ensureValid");
        }
    }

    /** Threads that acquire, work, and release all the time, while the gate closes and opens. */
    @Test
    void noInterruptOfOursReachesABody() throws Exception {
        List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger bodies = new AtomicInteger();
        AtomicInteger refusals = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                while (!over.get()) {
                    try (HeldLock held = locks.acquire(x)) {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                        assertThat(held.isHeld()).isTrue();
                        bodies.incrementAndGet();
                    } catch (LockRefusedException refused) {
                        refusals.incrementAndGet();
                    } catch (Throwable failure) {
                        wrong.add(failure);
                        return;
                    }
                    if (Thread.currentThread().isInterrupted()) {
                        wrong.add(new AssertionError("an interrupt was left behind"));
                        return;
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end && wrong.isEmpty() && (bodies.get() < 2_000 || refusals.get() < 200)) {
            gate.close();
            gate.open();
            Thread.onSpinWait();
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(wrong).isEmpty();
        assertThat(bodies).hasValueGreaterThanOrEqualTo(2_000);
        assertThat(refusals).hasValueGreaterThanOrEqualTo(200);
        gate.whenIdle(() -> idle.set(true));
        assertThat(idle).isTrue();
    }
}
