package io.github.filelocked.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.boot.FileLocksEndpoint.Entry;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileLocksEndpointTest {

    private final FileLocksEndpoint endpoint = new FileLocksEndpoint();
    private final FileLocks locks = FileLocks.builder().listener(endpoint).build();
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("config.yml");
    }

    private HeldLocks acquire(LockTarget target, Duration timeout, String operation) {
        return locks.acquireAll(List.of(target), timeout, LockOrigin.of(operation));
    }

    /** A thread of that name that waits for the file, and gives it back. */
    private CompletableFuture<Void> waiter(String name) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(
                () -> acquire(LockTarget.file(file), FileLocks.NO_LIMIT, "Settings.put")
                        .close(),
                task -> new Thread(task, name).start());
        awaitHolders(name);
        return done;
    }

    private void awaitHolders(String thread) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> endpoint.locks().awaited().stream()
                        .anyMatch(entry -> entry.thread().equals(thread) && entry.holder() != null));
    }

    @Nested
    class WhenThisProcessHolds {

        @Test
        void itShowsResourceLockFileModeOperationThreadAndSince() {
            Instant before = Instant.now();
            try (HeldLocks held = acquire(LockTarget.file(file).shared(), Duration.ZERO, "Settings.read")) {
                assertThat(held.locks()).hasSize(1);
                assertThat(endpoint.locks().awaited()).isEmpty();
                assertThat(endpoint.locks().held()).singleElement().satisfies(entry -> {
                    assertThat(entry.resource()).isEqualTo(file.toString());
                    assertThat(entry.lockFile()).isEqualTo(file + ".lock");
                    assertThat(entry.mode()).isEqualTo("SHARED");
                    assertThat(entry.operation()).isEqualTo("Settings.read");
                    assertThat(entry.thread()).isEqualTo(Thread.currentThread().getName());
                    assertThat(entry.since()).isBetween(before, Instant.now());
                    assertThat(entry.holder()).isNull();
                });
            }
            assertThat(endpoint.locks()).isEqualTo(new FileLocksEndpoint.Locks(List.of(), List.of()));
        }

        @Test
        void aWaiterIsShownWithTheThreadThatHolds() throws Exception {
            CompletableFuture<Void> waiter;
            try (HeldLocks held = acquire(LockTarget.file(file), Duration.ZERO, "Settings.hold")) {
                assertThat(held.locks()).hasSize(1);
                waiter = waiter("waiter-1");
                assertThat(endpoint.locks().awaited()).singleElement().satisfies(entry -> {
                    assertThat(entry.resource()).isEqualTo(file.toString());
                    assertThat(entry.operation()).isEqualTo("Settings.put");
                    assertThat(entry.mode()).isEqualTo("EXCLUSIVE");
                    assertThat(entry.holder().pid())
                            .isEqualTo(ProcessHandle.current().pid());
                    assertThat(entry.holder().thread())
                            .isEqualTo(Thread.currentThread().getName());
                    assertThat(entry.holder().operation()).isEqualTo("Settings.hold");
                });
            }
            waiter.get(20, TimeUnit.SECONDS);
            assertThat(endpoint.locks()).isEqualTo(new FileLocksEndpoint.Locks(List.of(), List.of()));
        }

        @Test
        void aThreadThatEndedWithoutReleasingIsNamedSo() throws Exception {
            CompletableFuture<HeldLocks> leaked = new CompletableFuture<>();
            Thread forgetful = new Thread(
                    () -> leaked.complete(acquire(LockTarget.file(file), Duration.ZERO, "Job.run")), "forgetful");
            forgetful.start();
            forgetful.join();
            CompletableFuture<Void> waiter = waiter("waiter-1");
            FileLocksEndpoint.Locks now = endpoint.locks();
            leaked.get(20, TimeUnit.SECONDS).close();
            waiter.get(20, TimeUnit.SECONDS);
            assertThat(now.held()).singleElement().extracting(Entry::thread).isEqualTo("forgetful (which has ended)");
            assertThat(now.awaited())
                    .singleElement()
                    .extracting(entry -> entry.holder().thread())
                    .isEqualTo("forgetful (which has ended without releasing it)");
        }

        @Test
        void aDetachedLockIsShownUntilItIsClosed() {
            HeldLocks held =
                    acquire(LockTarget.file(file), Duration.ZERO, "Stage.run").detach();
            assertThat(endpoint.locks().held()).hasSize(1);
            held.close();
            assertThat(endpoint.locks().held()).isEmpty();
        }
    }

    @Nested
    @Tag("process")
    class WhenAnotherProcessHolds {

        @Test
        void everyWaiterIsShownWithItsPidHostThreadOperationAndSince() throws Exception {
            Instant before = Instant.now().minusSeconds(60);
            try (OtherProcess other = OtherProcess.holding(file)) {
                CompletableFuture<Void> first = waiter("waiter-1");
                CompletableFuture<Void> second = waiter("waiter-2");

                assertThat(endpoint.locks().held()).isEmpty();
                assertThat(endpoint.locks().awaited())
                        .extracting(Entry::thread)
                        .containsExactlyInAnyOrder("waiter-1", "waiter-2");
                assertThat(endpoint.locks().awaited()).extracting(Entry::holder).allSatisfy(holder -> {
                    assertThat(holder.pid()).isEqualTo(other.pid());
                    assertThat(holder.host())
                            .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/hostname"))
                                    .strip());
                    assertThat(holder.thread()).isEqualTo(OtherProcess.THREAD);
                    assertThat(holder.operation()).isEqualTo(OtherProcess.OPERATION);
                    assertThat(holder.since()).isBetween(before, Instant.now());
                });
                other.letGo();
                first.get(20, TimeUnit.SECONDS);
                second.get(20, TimeUnit.SECONDS);
            }
            assertThat(endpoint.locks()).isEqualTo(new FileLocksEndpoint.Locks(List.of(), List.of()));
        }

        /** An interrupted read closes its channel, and that would be the waiter's. */
        @Test
        void anInterruptedReaderDoesNotDisturbTheWaiter() throws Exception {
            try (OtherProcess other = OtherProcess.holding(file)) {
                CompletableFuture<Void> waiter = waiter("waiter-1");
                for (int i = 0; i < 100; i++) {
                    Thread.currentThread().interrupt();
                    List<Entry> awaited = endpoint.locks().awaited();
                    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
                    assertThat(awaited)
                            .singleElement()
                            .satisfies(entry -> assertThat(entry.holder()).isNotNull());
                }
                other.letGo();
                waiter.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Nested
    class WhenTheProviderDoesNotKnow {

        @Test
        void theHolderIsLeftOut() throws Exception {
            assertThat(holderThatIsShownBy(request -> Optional.empty())).isNull();
        }

        @Test
        void itMayEvenFail() throws Exception {
            assertThat(holderThatIsShownBy(request -> {
                        throw new IllegalStateException("no cluster");
                    }))
                    .isNull();
        }

        private LockHolder holderThatIsShownBy(Function<LockRequest, Optional<LockHolder>> holderOf) throws Exception {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            FileLocks clustered = FileLocks.builder()
                    .listener(endpoint)
                    .provider(new LockProvider() {
                        @Override
                        public Grant acquire(LockRequest request) {
                            asked.countDown();
                            try {
                                assertThat(free.await(20, TimeUnit.SECONDS)).isTrue();
                            } catch (InterruptedException unexpected) {
                                throw new AssertionError(unexpected);
                            }
                            throw new IllegalStateException("gone");
                        }

                        @Override
                        public Optional<LockHolder> holder(LockRequest awaited) {
                            return holderOf.apply(awaited);
                        }
                    })
                    .build();
            CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(
                    () -> clustered.tryAcquire(file).isPresent(), task -> new Thread(task).start());
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            List<Entry> awaited = endpoint.locks().awaited();
            free.countDown();
            assertThat(waiter.handle((acquired, failure) -> failure).get(20, TimeUnit.SECONDS))
                    .hasRootCauseMessage("gone");
            assertThat(endpoint.locks().awaited()).isEmpty();
            assertThat(awaited).hasSize(1);
            return awaited.get(0).holder();
        }
    }
}
