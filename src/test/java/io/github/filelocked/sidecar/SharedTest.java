package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SharedTest {

    private static ForeignHolder foreigner;

    private final FileLocks locks = FileLocks.create();
    private LockTarget exclusive;
    private LockTarget shared;

    @BeforeAll
    static void startTheOtherProcess() throws IOException {
        foreigner = ForeignHolder.start();
    }

    @AfterAll
    static void endTheOtherProcess() {
        foreigner.close();
    }

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        exclusive = LockTarget.file(temporary.toRealPath().resolve("x"));
        shared = exclusive.shared();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(exclusive.resource().getParent());
    }

    private boolean isToBeHad(LockTarget target) throws Exception {
        return InThread.call(() -> {
            Optional<HeldLock> lock = locks.tryAcquire(target);
            lock.ifPresent(HeldLock::close);
            return lock.isPresent();
        });
    }

    @Test
    void aWaiterJoinsWhenTheExclusiveWaiterOfAnotherProcessHasGivenUp() throws Exception {
        try (HeldLock first = locks.acquire(shared)) {
            foreigner.shutGate(first.lockFile());
            InThread<Boolean> second = InThread.start(() -> {
                try (HeldLock joined = locks.acquire(shared, Duration.ofSeconds(20))) {
                    return joined.isHeld();
                }
            });
            Traces.awaitWaiters(first.lockFile(), 1);
            foreigner.unlock();
            assertThat(second.result()).isTrue();
            assertThat(first.isHeld()).isTrue();
        }
    }

    @Test
    void severalThreadsHoldItTogetherAndNoneExclusively() throws Exception {
        List<HeldLock> held = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            held.add(InThread.call(() -> locks.tryAcquire(shared).orElseThrow()));
        }
        assertThat(held).allMatch(HeldLock::isHeld);
        for (HeldLock lock : held) {
            assertThat(isToBeHad(exclusive)).isFalse();
            assertThat(isToBeHad(shared)).isTrue();
            lock.close();
        }
        assertThat(isToBeHad(exclusive)).isTrue();
    }

    @Test
    void itIsNotToBeHadBesideAnExclusiveHolder() throws Exception {
        try (HeldLock lock = locks.acquire(exclusive)) {
            assertThat(isToBeHad(shared)).isFalse();
            assertThat(lock.isHeld()).isTrue();
        }
    }

    @Test
    void itIsHeldTogetherWithAnotherProcess() throws Exception {
        foreigner.lockShared(locks.lockFile(shared));
        assertThat(isToBeHad(shared)).isTrue();
        assertThat(isToBeHad(exclusive)).isFalse();
        foreigner.unlock();
        assertThat(isToBeHad(exclusive)).isTrue();
    }

    @Test
    @DisplayName("single shared attempts never refuse each other, and shared releases refuse none")
    void sharedAttemptsNeverRefuseEachOther() throws Exception {
        int threads = 4;
        CyclicBarrier start = new CyclicBarrier(threads);
        List<InThread<Integer>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(InThread.start(() -> {
                int refused = 0;
                for (int round = 0; round < 1_000; round++) {
                    if (round % 100 == 0) {
                        start.await(20, TimeUnit.SECONDS);
                    }
                    Optional<HeldLock> lock = locks.tryAcquire(shared);
                    lock.ifPresent(HeldLock::close);
                    refused += lock.isPresent() ? 0 : 1;
                }
                return refused;
            }));
        }
        for (InThread<Integer> each : all) {
            assertThat(each.result()).isZero();
        }
    }

    @Test
    void aWaitingWriterIsNotPassedByThoseWhoComeLater() throws Exception {
        Path sidecar = locks.lockFile(shared);
        List<String> served = new CopyOnWriteArrayList<>();
        HeldLock first = locks.acquire(shared);
        InThread<Void> writer = InThread.start(() -> {
            try (HeldLock lock = locks.acquire(exclusive)) {
                served.add("writer " + lock.isHeld());
            }
            return null;
        });
        Traces.awaitWaiters(sidecar, 1);
        assertThat(isToBeHad(shared)).as("a single attempt").isFalse();
        InThread<Void> reader = InThread.start(() -> {
            try (HeldLock lock = locks.acquire(shared)) {
                served.add("reader " + lock.isHeld());
            }
            return null;
        });
        Traces.awaitWaiters(sidecar, 2);
        assertThat(served).isEmpty();
        first.close();
        writer.result();
        reader.result();
        assertThat(served).containsExactly("writer true", "reader true");
    }

    @Test
    void aWriterGetsItsTurnAmongReadersThatNeverPause() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        List<InThread<Void>> readers = new ArrayList<>();
        CyclicBarrier allInside = new CyclicBarrier(3);
        for (int i = 0; i < 2; i++) {
            readers.add(InThread.start(() -> {
                HeldLock current = locks.acquire(shared);
                allInside.await(20, TimeUnit.SECONDS);
                // Each comes back at once, so that the other one mostly still holds it.
                while (written.getCount() > 0) {
                    current.close();
                    current = locks.acquire(shared);
                }
                current.close();
                return null;
            }));
        }
        // Not before: a reader that came behind the writer would keep the other one at the barrier, and that one the
        // writer.
        allInside.await(20, TimeUnit.SECONDS);
        InThread.call(() -> {
            locks.acquire(exclusive, Duration.ofSeconds(15)).close();
            return null;
        });
        written.countDown();
        for (InThread<Void> reader : readers) {
            reader.result();
        }
    }

    @Test
    void readersBehindAWriterEnterTogether() throws Exception {
        Path sidecar = locks.lockFile(shared);
        HeldLock writer = locks.acquire(exclusive);
        CyclicBarrier inside = new CyclicBarrier(3);
        List<InThread<Integer>> readers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            readers.add(InThread.start(() -> {
                try (HeldLock lock = locks.acquire(shared)) {
                    assertThat(lock.isHeld()).isTrue();
                    return inside.await(10, TimeUnit.SECONDS);
                }
            }));
            Traces.awaitWaiters(sidecar, i);
        }
        writer.close();
        for (InThread<Integer> reader : readers) {
            reader.result();
        }
    }

    @Test
    void nobodyJoinsWhileAnotherProcessWaitsToHaveItExclusively() throws Exception {
        HeldLock first = locks.acquire(shared);
        foreigner.shutGate(locks.lockFile(shared));
        assertThat(isToBeHad(shared)).isFalse();
        InThread<Void> late = InThread.start(() -> {
            locks.acquire(shared).close();
            return null;
        });
        Traces.awaitWaiters(locks.lockFile(shared), 1);
        foreigner.unlock();
        late.result();
        first.close();
        assertThat(isToBeHad(shared)).isTrue();
    }

    /** The waiter at the gate may be stopped by a signal or a freezer. */
    @Test
    void aGateThatIsShutOverAFreeLockKeepsNobodyOut() throws Exception {
        foreigner.shutGate(locks.lockFile(shared));
        assertThat(isToBeHad(shared)).isTrue();
        assertThat(isToBeHad(exclusive)).isTrue();
        InThread.call(() -> {
            locks.acquire(shared, Duration.ofSeconds(10)).close();
            locks.acquire(exclusive, Duration.ofSeconds(10)).close();
            return null;
        });
        foreigner.unlock();
    }

    @Test
    @DisplayName("I11: an interrupt of one shared holder does not take the lock from the others")
    void anInterruptOfOneHarmsNoOther() throws Exception {
        try (HeldLock first = locks.acquire(shared)) {
            InThread.call(() -> {
                HeldLock second = locks.acquire(shared);
                Thread.currentThread().interrupt();
                second.close();
                assertThat(Thread.interrupted()).isTrue();
                return null;
            });
            assertThat(first.isHeld()).isTrue();
            assertThat(isToBeHad(exclusive)).isFalse();
        }
    }
}
