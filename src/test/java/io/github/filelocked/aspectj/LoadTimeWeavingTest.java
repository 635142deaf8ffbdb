package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in an execution of its own, with the agent; {@link LoadTimeWeavingOffTest} is its control. */
@Timeout(120)
class LoadTimeWeavingTest {

    private static final String WOVEN_BY_THE_BUILD = """
            package io.github.filelocked.aspectj;
            import io.github.filelocked.FileLocked;
            import java.nio.file.Path;
            import java.util.concurrent.Callable;
            public class LoadTimeTwice {
                @FileLocked("#{#file}")
                public static Object method(Path file, Callable<?> body) throws Exception { return body.call(); }
            }
            """;

    @TempDir
    Path temporary;

    private Path file;
    private final AtomicInteger locks = new AtomicInteger();

    @BeforeEach
    void countLocks() throws IOException {
        file = temporary.toRealPath().resolve("counter.txt");
        FileLockedAspect.aspectOf()
                .use(FileLocks.builder()
                        .listener(new LockListener() {
                            @Override
                            public void acquired(LockRequest request, Duration waited) {
                                locks.incrementAndGet();
                            }
                        })
                        .build());
    }

    @AfterEach
    void leaveNothing() throws Exception {
        FileLockedAspect.aspectOf().use(FileLocks.create());
        assertThatExceptionOfType(LockNotHeldException.class)
                .isThrownBy(LockedPath::current)
                .withMessageContaining("no path is locked on thread");
        assertThat(Elsewhere.isFree(file)).isTrue();
    }

    static Object call(Object target, String name, Object... arguments) throws Exception {
        for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name)) {
                    method.setAccessible(true);
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException thrown) {
                        if (thrown.getCause() instanceof Error error) {
                            throw error;
                        }
                        throw (Exception) thrown.getCause();
                    }
                }
            }
        }
        throw new IllegalArgumentException(name);
    }

    private Callable<Path> body(AtomicInteger runs) {
        return () -> {
            runs.incrementAndGet();
            assertThat(Elsewhere.isFree(file)).isFalse();
            return LockedPath.current();
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publicMethod",
                "protectedMethod",
                "packagePrivateMethod",
                "privateMethod",
                "staticMethod",
                "finalMethod",
                "selfInvoked",
                "composedMethod"
            })
    void aMethodOfAnyKindRunsItsBodyOnceUnderOneLock(String method) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        assertThat(call(new LoadTimeJobs(), method, file, body(runs))).isEqualTo(file);
        assertThat(runs).hasValue(1);
        assertThat(locks).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"false, method", "false, withLambda", "true, method", "true, added"})
    void theMethodsOfAnAnnotatedClassAndItsSubclassesAreLockedOnce(boolean subclass, String method) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Object target = subclass ? new LoadTimeJobs.Subclass() : new LoadTimeJobs.LockedClass();
        assertThat(call(target, method, file, body(runs))).isEqualTo(file);
        assertThat(runs).hasValue(1);
        assertThat(locks).hasValue(1);
    }

    @Test
    void theNestedClassesOfAnAnnotatedClassAreNotLocked() throws Exception {
        assertThat(call(new LoadTimeJobs.LockedClass.Nested(), "method", file, (Callable<?>) LockedPath::find))
                .isEqualTo(Optional.empty());
        assertThat(locks).hasValue(0);
    }

    @Test
    void aStageHoldsTheLockUntilItCompletes() throws Exception {
        CompletableFuture<Object> work = new CompletableFuture<>();
        CompletableFuture<?> returned =
                new LoadTimeJobs().stage(file, () -> work).toCompletableFuture();
        assertThat(Elsewhere.isFree(file)).isFalse();
        work.complete("done");
        assertThat(returned).isCompletedWithValueMatching("done"::equals);
    }

    /** As a class of an application would be that is woven by its build and started with the agent all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-Xnotreweavable"})
    void whatWasWovenByTheBuildAlreadyRunsItsBodyOnceAndIsFreeAfterwards(String option) throws Exception {
        Path compiled = temporary.resolve("compiled");
        Path woven = temporary.resolve("woven");
        Javac.compile(compiled, WOVEN_BY_THE_BUILD);
        assertThat(Ajc.weave(woven, compiled, option.isEmpty() ? new String[0] : new String[] {option}))
                .isEmpty();
        try (URLClassLoader loader = Javac.load(woven)) {
            Method method = loader.loadClass("io.github.filelocked.aspectj.LoadTimeTwice")
                    .getMethod("method", Path.class, Callable.class);
            AtomicInteger runs = new AtomicInteger();
            assertThat(method.invoke(null, file, body(runs))).isEqualTo(file);
            assertThat(runs).hasValue(1);
            assertThat(Elsewhere.isFree(file)).isTrue();
        }
    }

    /** The agent only prints the weaver's error and goes on, so the call has to be refused as well. */
    @Test
    void whatIsAnErrorOfTheWeaverIsRefusedWhenItIsCalled() {
        CompletableFuture<String> work = new CompletableFuture<>();
        assertThatThrownBy(() -> new LoadTimeJobs.Wrong().future(file, () -> {
                    work.complete(LockedPath.current().toString());
                    return work;
                }))
                .isInstanceOf(LockRefusedException.class)
                .hasMessageContaining("Wrong.future");
        assertThat(work).isNotDone();
    }

    @Test
    void aSynchronizedMethodIsRefusedWhenItIsCalled() {
        assertThatThrownBy(() -> new LoadTimeJobs.Wrong().inItsMonitor(file, () -> {
                    throw new AssertionError("the body ran");
                }))
                .isInstanceOf(LockRefusedException.class)
                .hasMessageContaining("put synchronized (this) inside the body")
                .hasMessageContaining("Wrong.inItsMonitor");
        assertThat(locks).hasValue(0);
    }

    @Test
    void classesThatAreWovenWhileTheyAreLoadedPassTheCheck() {
        FileLockedAspect.requireWoven(LoadTimeJobs.class, LoadTimeJobs.LockedClass.class, LoadTimeJobs.Subclass.class);
    }

    @Test
    void classesThatTheAgentLeavesOutDoNot() {
        assertThatThrownBy(() -> FileLockedAspect.requireWoven(LoadTimeJobs.class, NotIncluded.class))
                .isInstanceOf(LockRefusedException.class)
                .hasMessageContaining("NotIncluded.run()")
                .hasMessageContaining("aop.xml that names the aspect and includes the class");
    }
}
