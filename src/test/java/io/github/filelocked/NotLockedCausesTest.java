package io.github.filelocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.aspectj.Ajc;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.aspectj.Weave;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockRequest;
import java.io.File;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.aspectj.lang.JoinPoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.ProxyFactory;

@Timeout(60)
class NotLockedCausesTest {

    private static final String LIKELY_CAUSES = "the likely causes are";

    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("x")
    @interface Composed {}

    interface Contract {
        @FileLocked("x")
        void promised();
    }

    /** Of classes that no weaver has seen. */
    static class Job implements Contract {

        @FileLocked("x")
        public void run() {
            LockedPath.current();
        }

        @Composed
        public void composed() {
            Helper.ask();
        }

        public void outer() {
            run();
        }

        @Override
        public void promised() {
            LockedPath.current();
        }

        @FileLocked("x")
        public Runnable later() {
            return () -> LockedPath.current();
        }
    }

    @FileLocked("x")
    static class Marked {
        void all() {
            LockedPath.current();
        }
    }

    static final class Helper {
        static void ask() {
            LockedPath.current();
        }
    }

    static final class Caller {
        static void call(Runnable call) {
            call.run();
        }
    }

    private static String messageOf(Callable<?> call) {
        return catchThrowableOfType(LockNotHeldException.class, call::call).getMessage();
    }

    private static String messageOfRun(Runnable call) {
        return messageOf(() -> {
            call.run();
            return null;
        });
    }

    /** Another test may have left the locks of a context that is closed by now. */
    @BeforeEach
    void useLocksOfNoContext() {
        FileLockedAspect.aspectOf().use(FileLocks.create());
    }

    @Nested
    class WhenTheClassIsNotWoven {

        @Test
        void aDirectCallIsNamedWithItsCaller() {
            assertThat(messageOfRun(() -> Caller.call(new Job()::run)))
                    .contains(Job.class.getName() + ".run() has @FileLocked, but the class was not woven")
                    .contains(Caller.class.getName() + ".call() called it directly")
                    .contains("io.github.filelocked.aspectj.Weave")
                    .contains("LockedPath.enter")
                    .doesNotContain(LIKELY_CAUSES);
        }

        @Test
        void aCallFromInsideItsOwnClassIsNamed() {
            assertThat(messageOfRun(new Job()::outer))
                    .contains(Job.class.getName() + ".run() has @FileLocked")
                    .contains(Job.class.getName() + ".outer() called it from inside its own class, where no proxy sees")
                    .contains("the injected bean")
                    .doesNotContain(LIKELY_CAUSES);
        }

        @Test
        void aCallFromInsideIsNamedThoughTheObjectHasAProxy() {
            assertThat(messageOfRun(proxy(new Job())::outer))
                    .contains(Job.class.getName() + ".outer() called it from inside its own class");
        }

        @Test
        void aProxyThatTakesNoLockIsNamed() {
            assertThat(messageOfRun(proxy(new Job())::run))
                    .contains("the proxy that called it (org.springframework.")
                    .contains("filelocked.enabled=false")
                    .contains("@WebMvcTest")
                    .doesNotContain("directly", LIKELY_CAUSES);
        }

        private Job proxy(Job target) {
            ProxyFactory proxies = new ProxyFactory(target);
            proxies.setProxyTargetClass(true);
            proxies.addAdvice((org.aopalliance.intercept.MethodInterceptor) call -> call.proceed());
            return (Job) proxies.getProxy();
        }

        @Test
        void theAnnotationIsFoundWhereverItMayBe() {
            assertThat(messageOfRun(new Job()::composed)).contains("Job.composed() has @FileLocked");
            assertThat(messageOfRun(new Marked()::all)).contains("Marked.all() has @FileLocked");
            assertThat(messageOfRun(new Job()::promised))
                    .contains("Job.promised() has no @FileLocked itself, only")
                    .contains("Contract.promised() has, which a weaver does not see");
        }

        @Test
        void aLambdaOutsideOfItsMethodIsNamedAndSoIsTheWeaving() throws Exception {
            Runnable later = new Job().later();

            assertThat(InThread.call(() -> messageOfRun(later)))
                    .contains("Job.later() has @FileLocked, but this is a lambda of it that runs outside of its call")
                    .contains("LockedPath.carry")
                    .contains("Besides, the class was not woven")
                    .doesNotContain(LIKELY_CAUSES);
        }
    }

    @Nested
    class WhenTheClassIsWoven {

        private static final String JOB = """
                package app;
                import io.github.filelocked.*;
                import java.util.concurrent.Callable;
                public class Job {
                    @FileLocked("#{#p0}")
                    public static Object run(java.nio.file.Path path, Callable<?> body) throws Exception {
                        return body.call();
                    }
                    @FileLocked("#{#p0}") public static void later(java.nio.file.Path path, Callable<?>[] task) {
                        task[0] = () -> LockedPath.current();
                    }
                }
                """;

        @TempDir
        Path directory;

        private Object call(Path classes, String method, Object... arguments) throws Exception {
            try (URLClassLoader loader = Javac.load(classes)) {
                for (Method candidate : loader.loadClass("app.Job").getMethods()) {
                    if (candidate.getName().equals(method)) {
                        return candidate.invoke(null, arguments);
                    }
                }
                throw new AssertionError(method);
            }
        }

        private Path woven() throws Exception {
            Path classes = directory.resolve("classes");
            Javac.compile(classes, JOB);
            Weave.main(new String[] {classes.toString()});
            return classes;
        }

        @Test
        void aLambdaOutsideOfItsMethodIsTheOnlyCause() throws Exception {
            Callable<?>[] task = new Callable<?>[1];
            call(woven(), "later", directory.resolve("x"), task);

            assertThat(messageOf(task[0]))
                    .contains(
                            "app.Job.later() has @FileLocked, but this is a lambda of it that runs outside of its call")
                    .doesNotContain("woven", LIKELY_CAUSES);
        }

        @Test
        void theWorkOfAnotherThreadSeesWhichThreadHoldsTheLock() throws Exception {
            Path file = directory.toRealPath().resolve("x");
            String thread = Thread.currentThread().getName();

            String message = (String) call(
                    woven(), "run", file, (Callable<?>) () -> InThread.call(() -> messageOfRun(Helper::ask)));

            assertThat(message)
                    .contains(LIKELY_CAUSES)
                    .contains("thread \"" + thread + "\" has " + file + " under lock for Job.run");
        }

        @Test
        void aListenerIsToldThatItRunsOutsideOfTheBody() throws Exception {
            AtomicReference<String> message = new AtomicReference<>();
            FileLockedAspect.aspectOf()
                    .use(FileLocks.builder()
                            .listener(new LockListener() {
                                @Override
                                public void acquired(LockRequest request, Duration waited) {
                                    message.set(messageOfRun(Helper::ask));
                                }
                            })
                            .build());
            try {
                call(woven(), "run", directory.resolve("x"), (Callable<?>) () -> null);
            } finally {
                FileLockedAspect.aspectOf().use(FileLocks.create());
            }

            assertThat(message.get())
                    .contains("app.Job.run() has @FileLocked, but its lock is not acquired yet")
                    .doesNotContain("woven", LIKELY_CAUSES);
        }

        @Test
        void anotherAspectAloneIsNamed() throws Exception {
            Path classes = directory.resolve("classes");
            String path = Javac.codeOf(FileLocked.class) + File.pathSeparator + Javac.codeOf(JoinPoint.class);
            Javac.compile(classes, List.of("-cp", path), JOB);
            Path woven = directory.resolve("woven");
            assertThat(Ajc.weaveWithout(woven, classes, """
                    package app;
                    import org.aspectj.lang.ProceedingJoinPoint;
                    import org.aspectj.lang.annotation.*;
                    @Aspect
                    public class Own {
                        @Around("execution(* app.Job.*(..))")
                        public Object around(ProceedingJoinPoint call) throws Throwable { return call.proceed(); }
                    }
                    """)).isEmpty();

            String message =
                    (String) call(woven, "run", directory.resolve("x"), (Callable<?>) () -> messageOfRun(Helper::ask));

            assertThat(message)
                    .contains("app.Job.run() has @FileLocked and its class was woven, but not with FileLockedAspect")
                    .doesNotContain(LIKELY_CAUSES);
        }
    }

    @Nested
    class WhenTheStackShowsNothing {

        @TempDir
        Path directory;

        @Test
        void theLikelyCausesAreListed() {
            assertThat(messageOfRun(Helper::ask)).contains(LIKELY_CAUSES).doesNotContain("under lock");
        }

        @Test
        void theHoldersAreNamedWithoutAnOperation() throws Exception {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch held = new CountDownLatch(1);
            InThread<Path> holder = InThread.start(() -> {
                try (HeldLock lock = FileLocks.create().acquire(directory.resolve("x"))) {
                    held.countDown();
                    asked.await();
                    return lock.path();
                }
            });
            held.await();

            String message = messageOfRun(Helper::ask);
            asked.countDown();

            assertThat(message)
                    .contains(LIKELY_CAUSES)
                    .contains("thread \"" + holder.thread().getName() + "\" has " + holder.result() + " under lock: ");
        }
    }
}
