package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockedPathTest {

    @TempDir
    Path temporary;

    Path a;
    Path b;
    Path c;

    @BeforeEach
    void resolveLinksOnTheWayToTheFiles() throws IOException {
        Path directory = temporary.toRealPath();
        a = directory.resolve("a");
        b = directory.resolve("b");
        c = directory.resolve("c");
    }

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThatExceptionOfType(LockNotHeldException.class)
                .isThrownBy(LockedPath::current)
                .withMessageContaining("no path is locked on thread");
    }

    /** As the invoker does. */
    private static <T> T locked(List<Path> paths, Callable<T> body) throws Exception {
        try (HeldLocks held = FileLocks.create()
                .acquireAll(paths.stream().map(LockTarget::file).toList())) {
            try (LockedPath.Scope scope = LockedPath.enter(held)) {
                return body.call();
            }
        }
    }

    private static <T> T locked(Path path, Callable<T> body) throws Exception {
        return locked(List.of(path), body);
    }

    @Nested
    class WhenNothingIsLocked {

        @Test
        void findIsEmpty() {
            assertThat(LockedPath.find()).isEmpty();
        }

        @Test
        void theOthersThrowWithTheLikelyCauses() {
            for (Callable<?> question : List.<Callable<?>>of(
                    LockedPath::current,
                    LockedPath::all,
                    () -> LockedPath.carry((Runnable) () -> {}),
                    () -> LockedPath.carry((Callable<String>) () -> ""))) {
                assertThatExceptionOfType(LockNotHeldException.class)
                        .isThrownBy(question::call)
                        .withMessageContaining(Thread.currentThread().getName())
                        .withMessageContaining("no @FileLocked")
                        .withMessageContaining("not woven")
                        .withMessageContaining("not a bean")
                        .withMessageContaining("filelocked.enabled=false")
                        .withMessageContaining("@WebMvcTest")
                        .withMessageContaining("a unit test")
                        .withMessageContaining("requireWoven")
                        .withMessageContaining("private, final or static")
                        .withMessageContaining("from inside its own object")
                        .withMessageContaining("LockedPath.carry");
            }
        }
    }

    @Nested
    class WhenALockedMethodRuns {

        @Test
        void currentIsTheFirstNamedAndAllAreInTheOrderNamed() throws Exception {
            for (List<Path> named : List.of(List.of(a), List.of(a, b, c), List.of(c, a, b))) {
                locked(named, () -> {
                    assertThat(LockedPath.current()).isEqualTo(named.get(0));
                    assertThat(LockedPath.find()).contains(named.get(0));
                    assertThat(LockedPath.all()).isEqualTo(named);
                    return null;
                });
            }
        }

        @Test
        void anInnerOneShadowsItAndGivesItBack() throws Exception {
            locked(List.of(a, b), () -> {
                locked(c, () -> {
                    assertThat(LockedPath.all()).containsExactly(c);
                    locked(a, () -> {
                        assertThat(LockedPath.all()).containsExactly(a);
                        return null;
                    });
                    assertThat(LockedPath.current()).isEqualTo(c);
                    return null;
                });
                assertThat(LockedPath.all()).containsExactly(a, b);
                return null;
            });
        }

        @Test
        void anExceptionFromTheInnerOneGivesItBackToo() throws Exception {
            locked(a, () -> {
                for (Throwable failure : List.of(new IOException("inner"), new AssertionError("inner"))) {
                    assertThatThrownBy(() -> locked(b, () -> {
                                if (failure instanceof Error error) {
                                    throw error;
                                }
                                throw (IOException) failure;
                            }))
                            .isSameAs(failure);
                    assertThat(LockedPath.current()).isEqualTo(a);
                }
                return null;
            });
        }

        @Test
        void otherThreadsSeeNothingAlsoThoseItStarts() throws Exception {
            locked(a, () -> {
                assertThat(Elsewhere.call(LockedPath::find)).isEmpty();
                return null;
            });
        }

        @Test
        void eachThreadSeesItsOwn() throws Exception {
            locked(a, () -> {
                assertThat(Elsewhere.call(() -> locked(b, LockedPath::current))).isEqualTo(b);
                assertThat(LockedPath.current()).isEqualTo(a);
                return null;
            });
        }
    }

    @Nested
    class WhenATaskCarriesTheContext {

        @Test
        void anotherThreadSeesItWhileTheTaskRuns() throws Exception {
            locked(List.of(a, b), () -> {
                Callable<List<Path>> carried = LockedPath.carry(LockedPath::all);
                Elsewhere.call(() -> {
                    assertThat(carried.call()).containsExactly(a, b);
                    assertThat(LockedPath.find()).isEmpty();
                    return null;
                });
                return null;
            });
        }

        @Test
        void aRunnableSeesItToo() throws Exception {
            AtomicReference<Path> seen = new AtomicReference<>();
            locked(a, () -> {
                Runnable carried = LockedPath.carry((Runnable) () -> seen.set(LockedPath.current()));
                return Elsewhere.call(Executors.callable(carried));
            });
            assertThat(seen).hasValue(a);
        }

        @Test
        void itIsTheContextOfTheCarryingAndNotOfTheRunning() throws Exception {
            locked(a, () -> {
                Callable<Path> carried = LockedPath.carry(LockedPath::current);
                locked(b, () -> {
                    assertThat(carried.call()).isEqualTo(a);
                    assertThat(LockedPath.current()).isEqualTo(b);
                    return null;
                });
                return null;
            });
        }

        @Test
        void theOtherThreadDoesNotOwnTheLock() throws Exception {
            locked(a, () -> {
                Callable<Boolean> carried =
                        LockedPath.carry(() -> FileLocks.create().tryAcquire(a).isPresent());
                assertThat(Elsewhere.call(carried)).isFalse();
                return null;
            });
        }

        @Test
        void aFailingTaskLeavesNothingOnItsThread() throws Exception {
            IllegalStateException failure = new IllegalStateException("the task failed");
            locked(a, () -> {
                Runnable runnable = LockedPath.carry((Runnable) () -> {
                    throw failure;
                });
                Callable<?> callable = LockedPath.carry((Callable<String>) () -> {
                    throw failure;
                });
                return Elsewhere.call(() -> {
                    assertThatThrownBy(runnable::run).isSameAs(failure);
                    assertThat(LockedPath.find()).isEmpty();
                    assertThatThrownBy(callable::call).isSameAs(failure);
                    assertThat(LockedPath.find()).isEmpty();
                    return null;
                });
            });
        }

        @Test
        void itThrowsOnceTheMethodHasEndedAlsoInATaskThatOutlivesIt() throws Exception {
            CountDownLatch ended = new CountDownLatch(1);
            CountDownLatch running = new CountDownLatch(1);
            var outliving = locked(a, () -> {
                var task = Elsewhere.start(LockedPath.carry(() -> {
                    assertThat(LockedPath.current()).isEqualTo(a);
                    running.countDown();
                    ended.await();
                    for (Callable<?> question : List.<Callable<?>>of(LockedPath::current, LockedPath::all)) {
                        assertThatExceptionOfType(LockNotHeldException.class)
                                .isThrownBy(question::call)
                                .withMessageContaining(a.toString())
                                .withMessageContaining("released");
                    }
                    return LockedPath.find();
                }));
                running.await();
                return task;
            });
            ended.countDown();
            assertThat(outliving).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(Optional.empty());
        }
    }

    @Nested
    class OnAPooledThread {

        @Test
        void theNextTaskSeesNothing() throws Exception {
            ExecutorService pool = Executors.newSingleThreadExecutor();
            try {
                assertThat(pool.submit(() -> locked(a, LockedPath::current)).get())
                        .isEqualTo(a);
                assertThat(pool.submit(LockedPath::find).get()).isEmpty();
                locked(
                        b,
                        () -> pool.submit(LockedPath.carry(LockedPath::current)).get());
                assertThat(pool.submit(LockedPath::find).get()).isEmpty();
                assertThat(pool.submit(() -> locked(c, LockedPath::all)).get()).containsExactly(c);
            } finally {
                pool.shutdownNow();
            }
        }
    }
}
