package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.FileLockingException;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.sidecar.diagnosis.OwnerRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener's view of the holder while an acquisition waits. */
@Timeout(60)
class AwaitedHolderTest {

    private final List<Supplier<Optional<LockHolder>>> questions = Collections.synchronizedList(new ArrayList<>());
    private final FileLocks locks = FileLocks.builder()
            .listener(new LockListener() {
                @Override
                public void awaiting(LockRequest request, Supplier<Optional<LockHolder>> holder) {
                    questions.add(holder);
                }
            })
            .build();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Traces.assertNothingHeldIn(file.getParent());
        assertThat(LongWaits.isEmpty()).isTrue();
    }

    @Nested
    class WhenAThreadOfThisJvmHolds {

        @Test
        void itIsNamedWhileTheWaitLastsAndNotAfterwards() throws Exception {
            HeldLocks held = FileLocks.create()
                    .acquireAll(List.of(LockTarget.file(file)), Duration.ZERO, LockOrigin.of("Jobs.hold"));
            InThread<Void> waiter = InThread.start(() -> {
                locks.acquire(file).close();
                return null;
            });
            Traces.awaitWaiters(held.locks().get(0).lockFile(), 1);

            assertThat(questions.get(0).get()).hasValueSatisfying(holder -> {
                assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(holder.thread()).isEqualTo(Thread.currentThread().getName());
                assertThat(holder.operation()).isEqualTo("Jobs.hold");
            });
            held.close();
            waiter.result();
            assertThat(questions.get(0).get()).isEmpty();
        }

        @Test
        void eachQuestionIsAnsweredForItsOwnFile() throws Exception {
            List<String> operations = List.of("Jobs.one", "Jobs.two");
            List<HeldLocks> held = new ArrayList<>();
            List<InThread<Void>> waiters = new ArrayList<>();
            for (String operation : operations) {
                LockTarget target = LockTarget.file(file.resolveSibling(operation));
                HeldLocks locked =
                        FileLocks.create().acquireAll(List.of(target), Duration.ZERO, LockOrigin.of(operation));
                held.add(locked);
                waiters.add(InThread.start(() -> {
                    locks.acquire(target, Duration.ofHours(1)).close();
                    return null;
                }));
                Traces.awaitWaiters(locked.locks().get(0).lockFile(), 1);
            }
            assertThat(questions)
                    .extracting(question -> question.get().orElseThrow().operation())
                    .isEqualTo(operations);
            held.forEach(HeldLocks::close);
            for (InThread<Void> waiter : waiters) {
                waiter.result();
            }
        }
    }

    @Nested
    class WhenNobodyWaits {

        @Test
        void theQuestionForTheHolderIsAnsweredByNothing() {
            try (HeldLock lock = locks.acquire(file)) {
                assertThat(lock.isHeld()).isTrue();
                assertThat(questions.get(0).get()).isEmpty();
            }
        }
    }

    @Nested
    class WithAnotherProvider {

        @Test
        void theProviderIsAskedForTheVeryRequest() {
            Set<LockRequest> acquired = Collections.newSetFromMap(new IdentityHashMap<>());
            LockHolder elsewhere = OwnerRecord.of("t", "Jobs.elsewhere", Instant.EPOCH);
            LockProvider provider = new LockProvider() {
                @Override
                public Grant acquire(LockRequest request) {
                    acquired.add(request);
                    throw new LockRefusedException("no cluster");
                }

                @Override
                public Optional<LockHolder> holder(LockRequest awaited) {
                    return acquired.contains(awaited) ? Optional.of(elsewhere) : Optional.empty();
                }
            };
            List<Optional<LockHolder>> answers = new ArrayList<>();
            FileLocks clustered = FileLocks.builder()
                    .provider(provider)
                    .listener(new LockListener() {
                        private Supplier<Optional<LockHolder>> question = Optional::empty;

                        @Override
                        public void awaiting(LockRequest request, Supplier<Optional<LockHolder>> holder) {
                            question = holder;
                        }

                        @Override
                        public void notAcquired(LockRequest request, Duration waited, FileLockingException cause) {
                            answers.add(question.get());
                        }
                    })
                    .build();
            assertThat(catchThrowable(() -> clustered.acquire(file))).isInstanceOf(LockRefusedException.class);
            assertThat(answers).containsExactly(Optional.of(elsewhere));
        }
    }
}
