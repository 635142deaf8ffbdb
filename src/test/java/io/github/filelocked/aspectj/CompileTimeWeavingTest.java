package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import aj.org.objectweb.asm.ClassReader;
import aj.org.objectweb.asm.ClassVisitor;
import aj.org.objectweb.asm.ClassWriter;
import aj.org.objectweb.asm.MethodVisitor;
import aj.org.objectweb.asm.Opcodes;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockNotHeldException;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The weaver is called over sources that are compiled here, and what comes of it is run. */
@Timeout(120)
class CompileTimeWeavingTest {

    private static final String COMPOSED = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import java.lang.annotation.*;
            @Retention(RetentionPolicy.RUNTIME)
            @Inherited
            @FileLocked("#{#p0}")
            public @interface Composed {}
            """;

    /** Each method gives its path and its body, and the body alone says whether it ran, and under what. */
    private static final String METHODS = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import java.nio.file.Path;
            import java.util.concurrent.Callable;
            public class Methods {
                @FileLocked("#{#file}")
                public Object publicMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                @FileLocked("#{#file}")
                protected Object protectedMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                @FileLocked("#{#file}")
                Object packagePrivateMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                @FileLocked("#{#file}")
                private Object privateMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                @FileLocked("#{#file}")
                public static Object staticMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                @FileLocked("#{#file}")
                private static Object privateStaticMethod(Path file, Callable<?> body) throws Exception {
                    return body.call();
                }

                @FileLocked("#{#file}")
                public final Object finalMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                public Object selfInvoked(Path file, Callable<?> body) throws Exception {
                    return privateMethod(file, body);
                }

                @FileLocked("#{#p0}")
                public <T> T genericMethod(Path file, Callable<T> body) throws Exception { return body.call(); }

                @FileLocked("#{#a0}")
                public void voidMethod(Path file, Callable<?> body) throws Exception { body.call(); }

                @FileLocked("#{#file}")
                public long primitiveMethod(Path file, Callable<?> body) throws Exception {
                    return ((Path) body.call()).getNameCount();
                }

                @FileLocked("#{#file}")
                public Object varargsMethod(Path file, Callable<?>... body) throws Exception { return body[0].call(); }

                @Composed
                public Object composedMethod(Path file, Callable<?> body) throws Exception { return body.call(); }
            }
            """;

    private static final String OTHER_KINDS = """
            package fixture;
            import io.github.filelocked.*;
            import java.nio.file.Path;
            import java.util.Optional;
            import java.util.concurrent.Callable;
            import java.util.concurrent.CompletableFuture;
            import java.util.concurrent.CompletionStage;
            import java.util.concurrent.ExecutorService;
            import java.util.concurrent.Executors;
            import java.util.concurrent.TimeUnit;
            import java.util.concurrent.atomic.AtomicReference;
            import java.util.function.Supplier;
            public class OtherKinds {
                public interface Task<A, R> { R apply(A argument, Callable<?> body) throws Exception; }

                public interface WithDefault {
                    @FileLocked("#{#file}")
                    default Object defaultMethod(Path file, Callable<?> body) throws Exception { return body.call(); }

                    @FileLocked("#{#file}")
                    Object implemented(Path file, Callable<?> body) throws Exception;
                }

                /** The compiler adds a bridge: apply(Object, Callable). */
                public static class Bridged implements Task<Path, Path>, WithDefault {
                    @Override
                    @FileLocked("#{#argument}")
                    public Path apply(Path argument, Callable<?> body) throws Exception { return (Path) body.call(); }

                    @Override
                    public Object implemented(Path file, Callable<?> body) throws Exception { return body.call(); }
                }

                @FileLocked("#{#p0}")
                public static class LockedClass {
                    public LockedClass() {}

                    public Object inherited(Path file, Callable<?> body) throws Exception { return body.call(); }

                    @FileLocked("#{#file}.own")
                    public Object own(Path file, Callable<?> body) throws Exception { return body.call(); }

                    /** Of one lock only if its lambda is none of the methods of the class. */
                    public Object withLambda(Path file, Callable<?> body) throws Exception {
                        Callable<Object> lambda = () -> body.call();
                        return lambda.call();
                    }

                    /** To be run by somebody else later. */
                    public void keepsLambda(Path file, Callable<?> body, AtomicReference<Callable<Object>> later) {
                        later.set(() -> body.call());
                    }

                    /** By their names, of Kotlin's compiler. */
                    private static final Object work$lambda$0(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    public static final Object deep$lambda$1$lambda$0(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    private static final Object work$local(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    public static Object work$default(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    public static Object name$annotations(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    /** The method that Kotlin makes of an internal function. */
                    public final Object internal$main(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    /** The lambda is a method of this class, and runs on another thread. */
                    public Object waitsForPool(Path file, Callable<?> body) throws Exception {
                        ExecutorService pool = Executors.newSingleThreadExecutor();
                        try {
                            return pool.submit(() -> work$lambda$0(file, body)).get(20, TimeUnit.SECONDS);
                        } finally {
                            pool.shutdownNow();
                        }
                    }

                    /** By its name, of no compiler's source: coverage tools and others add such methods. */
                    public static Object $generated(Path file, Callable<?> body) throws Exception {
                        return body.call();
                    }

                    public static class Nested {
                        public Object method(Path file, Callable<?> body) throws Exception { return body.call(); }
                    }

                    public class Inner {
                        public Object method(Path file, Callable<?> body) throws Exception { return body.call(); }
                    }
                }

                public static class Subclass extends LockedClass {
                    public Object added(Path file, Callable<?> body) throws Exception { return body.call(); }

                    @Override
                    public Object inherited(Path file, Callable<?> body) throws Exception { return body.call(); }
                }

                @FileLocked("never-locked")
                public enum Kind { A, B }

                @Composed
                public static class ComposedClass {
                    public Object method(Path file, Callable<?> body) throws Exception { return body.call(); }
                }

                @FileLocked(value = "#{#file}", timeout = "0", onBusy = OnBusy.SKIP)
                public Optional<Object> skipped(Path file, Callable<?> body) throws Exception {
                    return Optional.of(body.call());
                }

                @FileLocked("#{#file}")
                public CompletionStage<Object> stage(Path file, Callable<?> body) throws Exception {
                    return (CompletionStage<Object>) body.call();
                }

                @FileLocked("#{#file}")
                public CompletableFuture<Object> future(Path file, Callable<?> body) throws Exception {
                    return (CompletableFuture<Object>) body.call();
                }

                @FileLocked({"#{#second}", "#{#file}"})
                public Object several(Path file, Path second, Callable<?> body) throws Exception { return body.call(); }
            }
            """;

    private static final String TOO_DEEP = """
            package fixture;
            import java.lang.annotation.*;
            @Retention(RetentionPolicy.RUNTIME)
            @Composed
            public @interface TooDeep {}
            """;

    private static final String JUDGED = """
            package fixture;
            import io.github.filelocked.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import java.util.stream.*;
            public class Judged%d {
                %s
            }
            """;

    private static List<String> judgements;

    @TempDir
    static Path classes;

    private static Path woven;
    private static Path unwoven;
    private static List<String> messages;

    @TempDir
    Path temporary;

    private Path file;
    private URLClassLoader loader;
    private final AtomicInteger locks = new AtomicInteger();

    @BeforeAll
    static void weave() throws Exception {
        woven = classes.resolve("woven");
        unwoven = classes.resolve("unwoven");
        messages = Ajc.compile(woven, COMPOSED, METHODS, OTHER_KINDS);
        Javac.compile(unwoven, COMPOSED, METHODS, OTHER_KINDS);
    }

    @BeforeEach
    void countLocks() throws IOException {
        file = temporary.toRealPath().resolve("counter.txt");
        loader = Javac.load(woven);
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
        loader.close();
        assertThatExceptionOfType(LockNotHeldException.class)
                .isThrownBy(LockedPath::current)
                .withMessageContaining("no path is locked on thread");
        assertThat(Elsewhere.isFree(file)).isTrue();
    }

    private Object instance(String type) throws Exception {
        return loader.loadClass("fixture." + type).getDeclaredConstructor().newInstance();
    }

    /** Calls the method of that name; bridges are called by their interface. */
    private static Object call(Object target, String name, Object... arguments) throws Exception {
        Class<?> type = target instanceof Class<?> itself ? itself : target.getClass();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (var method : at.getDeclaredMethods()) {
                if (method.getName().equals(name) && !method.isBridge()) {
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
        return type.getMethod(name, Path.class, Callable.class).invoke(target, arguments);
    }

    /** A body that counts its runs and tells under which path it runs, and makes sure that nobody else gets in. */
    private static Callable<Path> body(AtomicInteger runs) {
        return () -> {
            runs.incrementAndGet();
            Path current = LockedPath.current();
            assertThat(Elsewhere.isFree(current)).isFalse();
            return current;
        };
    }

    static List<String> kindsOfMethod() {
        return List.of(
                "publicMethod",
                "protectedMethod",
                "packagePrivateMethod",
                "privateMethod",
                "staticMethod",
                "privateStaticMethod",
                "finalMethod",
                "selfInvoked",
                "genericMethod",
                "composedMethod");
    }

    @Test
    void theWeaverHasNothingToSayAboutLegalCode() {
        assertThat(messages).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kindsOfMethod")
    void aMethodOfAnyKindRunsItsBodyOnceUnderOneLock(String method) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        assertThat(call(instance("Methods"), method, file, body(runs))).isEqualTo(file);
        assertThat(runs).hasValue(1);
        assertThat(locks).hasValue(1);
    }

    @Test
    void voidAndPrimitiveAndVarargsMethodsAreLockedToo() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Object methods = instance("Methods");
        assertThat(call(methods, "voidMethod", file, body(runs))).isNull();
        assertThat(call(methods, "primitiveMethod", file, body(runs))).isEqualTo((long) file.getNameCount());
        assertThat(call(methods, "varargsMethod", file, new Callable<?>[] {body(runs)}))
                .isEqualTo(file);
        assertThat(runs).hasValue(3);
        assertThat(locks).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(classes = {IOException.class, IllegalStateException.class, AssertionError.class})
    void exceptionsComeOutAsTheyAre(Class<? extends Throwable> type) throws Exception {
        Throwable failure = type.getDeclaredConstructor().newInstance();
        Object methods = instance("Methods");
        assertThat(catchThrowable(() -> call(methods, "publicMethod", file, (Callable<?>) () -> {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (Exception) failure;
                })))
                .isSameAs(failure);
    }

    @Test
    void whatIsReachedThroughABridgeRunsItsBodyOnce() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Object bridged = instance("OtherKinds$Bridged");
        Object result = loader.loadClass("fixture.OtherKinds$Task")
                .getMethod("apply", Object.class, Callable.class)
                .invoke(bridged, file, body(runs));
        assertThat(result).isEqualTo(file);
        assertThat(runs).hasValue(1);
    }

    @Test
    void aDefaultMethodIsLockedAndAnAnnotationOnAnAbstractOneSaysNothing() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Object bridged = instance("OtherKinds$Bridged");
        Class<?> withDefault = loader.loadClass("fixture.OtherKinds$WithDefault");
        assertThat(withDefault
                        .getMethod("defaultMethod", Path.class, Callable.class)
                        .invoke(bridged, file, body(runs)))
                .isEqualTo(file);
        assertThat(locks).hasValue(1);
        assertThat(call(bridged, "implemented", file, (Callable<?>) LockedPath::find))
                .isEqualTo(Optional.empty());
        assertThat(locks).hasValue(1);
    }

    @Test
    void severalPathsAreSeenInTheOrderNamed() throws Exception {
        Path first = file.resolveSibling("zzz");
        assertThat(call(instance("OtherKinds"), "several", file, first, (Callable<?>) LockedPath::all))
                .isEqualTo(List.of(first, file));
    }

    @Test
    void aBusyLockIsSkipped() throws Exception {
        HeldLock held = Elsewhere.call(() -> FileLocks.create().acquire(file));
        try (held) {
            assertThat(call(instance("OtherKinds"), "skipped", file, body(new AtomicInteger())))
                    .isEqualTo(Optional.empty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage", "future"})
    void aStageHoldsTheLockUntilItCompletes(String method) throws Exception {
        CompletableFuture<Object> work = new CompletableFuture<>();
        CompletableFuture<?> returned =
                (CompletableFuture<?>) call(instance("OtherKinds"), method, file, (Callable<?>) () -> {
                    Object stage = work;
                    return stage;
                });
        assertThat(Elsewhere.isFree(file)).isFalse();
        assertThat(FileLocks.create().tryAcquire(file)).isEmpty();
        work.complete("done");
        assertThat(returned).isCompletedWithValueMatching("done"::equals);
    }

    @Nested
    class WhenAClassIsAnnotated {

        @ParameterizedTest
        @CsvSource({
            "LockedClass, inherited",
            "LockedClass, withLambda",
            "Subclass, inherited",
            "Subclass, added",
            "Subclass, withLambda",
            "ComposedClass, method"
        })
        void itsMethodsAndThoseOfItsSubclassesAreLockedOnce(String type, String method) throws Exception {
            AtomicInteger runs = new AtomicInteger();
            assertThat(call(instance("OtherKinds$" + type), method, file, body(runs)))
                    .isEqualTo(file);
            assertThat(runs).hasValue(1);
            assertThat(locks).hasValue(1);
        }

        @Test
        void aMethodsOwnAnnotationIsTakenInstead() throws Exception {
            assertThat(call(instance("OtherKinds$LockedClass"), "own", file, body(new AtomicInteger())))
                    .isEqualTo(file.resolveSibling("counter.txt.own"));
            assertThat(locks).hasValue(1);
        }

        @Test
        void aLambdaThatOutlivesItsMethodIsNotLocked() throws Exception {
            AtomicReference<Callable<?>> later = new AtomicReference<>();
            call(instance("OtherKinds$LockedClass"), "keepsLambda", file, (Callable<?>) LockedPath::find, later);
            assertThat(later.get().call()).isEqualTo(Optional.empty());
            assertThat(locks).hasValue(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "$generated",
                    "work$lambda$0",
                    "deep$lambda$1$lambda$0",
                    "work$local",
                    "work$default",
                    "name$annotations"
                })
        void aMethodThatACompilerOrAToolAddedIsNotLocked(String method) throws Exception {
            assertThat(call(instance("OtherKinds$LockedClass"), method, file, (Callable<?>) LockedPath::find))
                    .isEqualTo(Optional.empty());
            assertThat(locks).hasValue(0);
        }

        @Test
        void anInternalFunctionOfKotlinIsLocked() throws Exception {
            assertThat(call(instance("OtherKinds$LockedClass"), "internal$main", file, body(new AtomicInteger())))
                    .isEqualTo(file);
            assertThat(locks).hasValue(1);
        }

        @Test
        void aLambdaOnAPoolForWhichItsMethodWaitsRuns() throws Exception {
            assertThat(call(instance("OtherKinds$LockedClass"), "waitsForPool", file, (Callable<?>) () -> "done"))
                    .isEqualTo("done");
            assertThat(locks).hasValue(1);
        }

        @Test
        void theMethodsThatEveryEnumHasAreNotLocked() throws Exception {
            assertThat(loader.loadClass("fixture.OtherKinds$Kind").getEnumConstants())
                    .hasSize(2);
            assertThat(locks).hasValue(0);
        }

        /** Its name tells nothing, but its flag does. */
        @Test
        void aSyntheticMethodIsNotLocked() throws Exception {
            Path compiled = temporary.resolve("compiled");
            Path result = temporary.resolve("result");
            Javac.compile(compiled, COMPOSED, METHODS, OTHER_KINDS);
            Path type = compiled.resolve("fixture/OtherKinds$LockedClass.class");
            Files.write(type, synthetic(Files.readAllBytes(type), "inherited"));
            assertThat(Ajc.weave(result, compiled)).isEmpty();
            loader.close();
            loader = Javac.load(result);
            Object target = instance("OtherKinds$LockedClass");
            assertThat(call(target, "inherited", file, (Callable<?>) LockedPath::find))
                    .isEqualTo(Optional.empty());
            assertThat(locks).hasValue(0);
            assertThat(call(target, "internal$main", file, body(new AtomicInteger())))
                    .isEqualTo(file);
        }

        private byte[] synthetic(byte[] type, String method) {
            ClassWriter writer = new ClassWriter(0);
            new ClassReader(type)
                    .accept(
                            new ClassVisitor(Opcodes.ASM9, writer) {
                                @Override
                                public MethodVisitor visitMethod(
                                        int access,
                                        String name,
                                        String descriptor,
                                        String signature,
                                        String[] exceptions) {
                                    int flag = name.equals(method) ? Opcodes.ACC_SYNTHETIC : 0;
                                    return super.visitMethod(access | flag, name, descriptor, signature, exceptions);
                                }
                            },
                            0);
            return writer.toByteArray();
        }

        @Test
        void itsNestedClassesAreNot() throws Exception {
            Object outer = instance("OtherKinds$LockedClass");
            Object inner = loader.loadClass("fixture.OtherKinds$LockedClass$Inner")
                    .getDeclaredConstructor(outer.getClass())
                    .newInstance(outer);
            for (Object nested : List.of(instance("OtherKinds$LockedClass$Nested"), inner)) {
                assertThat(call(nested, "method", file, (Callable<?>) LockedPath::find))
                        .isEqualTo(Optional.empty());
            }
            assertThat(locks).hasValue(0);
        }
    }

    @Nested
    class WhenAProgramRequiresItsClassesToBeWoven {

        private static final String OTHER_ASPECT = """
                package fixture;
                import org.aspectj.lang.ProceedingJoinPoint;
                import org.aspectj.lang.annotation.Around;
                import org.aspectj.lang.annotation.Aspect;
                @Aspect
                public class Other {
                    @Around(value = "execution(* fixture.Job.*(..))", argNames = "call")
                    public Object run(ProceedingJoinPoint call) throws Throwable { return call.proceed(); }
                }
                """;

        private static final String JOB = """
                package fixture;
                import io.github.filelocked.FileLocked;
                public class Job {
                    @FileLocked("x") public void run() {}
                    @FileLocked("x") public void run(int times) {}
                    @FileLocked("x") private static long run(String name, long[] times) { return 0; }
                    public void unlocked() {}
                }
                """;

        private void require(Path of, String... names) throws Exception {
            try (URLClassLoader some = Javac.load(of)) {
                Class<?>[] types = new Class<?>[names.length];
                for (int i = 0; i < names.length; i++) {
                    types[i] = some.loadClass("fixture." + names[i]);
                }
                FileLockedAspect.requireWoven(types);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Methods",
                    "OtherKinds",
                    "OtherKinds$LockedClass",
                    "OtherKinds$Subclass",
                    "OtherKinds$Bridged",
                    "OtherKinds$ComposedClass"
                })
        void wovenOnesPass(String type) throws Exception {
            require(woven, type);
            require(woven, "Methods", type);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-XnoInline", "-Xnotreweavable"})
        void compiledOnesThatAreWovenLaterPass(String option) throws Exception {
            Path compiled = temporary.resolve("compiled");
            Path result = temporary.resolve("result");
            Javac.compile(compiled, List.of("-g:none"), JOB);
            assertThat(Ajc.weave(result, compiled, option.isEmpty() ? new String[0] : new String[] {option}))
                    .isEmpty();
            require(result, "Job");
            assertThatExceptionOfType(LockRefusedException.class).isThrownBy(() -> require(compiled, "Job"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"Methods", "OtherKinds", "OtherKinds$LockedClass", "OtherKinds$Subclass"})
        void othersAreRefusedWithTheirMethodsAndTheCure(String type) {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> require(unwoven, type))
                    .withMessageStartingWith("not woven, so @FileLocked has no effect: ")
                    .withMessageContaining("(java.nio.file.Path")
                    .withMessageContaining("filelocked on its aspect path")
                    .withMessageContaining("-javaagent:aspectjweaver.jar");
        }

        @Test
        void oneWithoutALockedMethodIsRefusedSinceNothingWouldBeChecked() {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> require(woven, "OtherKinds$Task"))
                    .withMessageContaining("has no method with @FileLocked that could be woven");
        }

        @Test
        void oneThatOnlyAnotherAspectIsWovenIntoIsRefused() throws Exception {
            Path compiled = temporary.resolve("compiled");
            Path result = temporary.resolve("result");
            Javac.compile(compiled, JOB);
            assertThat(Ajc.weaveWithout(result, compiled, OTHER_ASPECT)).isEmpty();
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> require(result, "Job"))
                    .withMessageContaining("fixture.Job.run(int)");
        }
    }

    @Nested
    class WhenTheClassesAreNotWoven {

        @BeforeEach
        void load() throws Exception {
            loader.close();
            loader = Javac.load(unwoven);
        }

        @ParameterizedTest
        @MethodSource("io.github.filelocked.aspectj.CompileTimeWeavingTest#kindsOfMethod")
        void thePathIsUnknownAndTheMessageSaysWhy(String method) throws Exception {
            Object methods = instance("Methods");
            assertThatExceptionOfType(LockNotHeldException.class)
                    .isThrownBy(() -> call(methods, method, file, (Callable<?>) LockedPath::current))
                    .withMessageContaining("the class was not woven")
                    .withMessageContaining("aspect path")
                    .withMessageContaining("-javaagent:aspectjweaver.jar");
            assertThat(locks).hasValue(0);
        }
    }

    @Nested
    class WhenCompiledClassesAreWoven {

        private Path compile(List<String> options) throws Exception {
            Path compiled = temporary.resolve("compiled");
            Javac.compile(compiled, options, COMPOSED, METHODS);
            return compiled;
        }

        private void run(Path wovenClasses, String method) throws Exception {
            loader.close();
            loader = Javac.load(wovenClasses);
            locks.set(0);
            AtomicInteger runs = new AtomicInteger();
            assertThat(call(instance("Methods"), method, file, body(runs))).isEqualTo(file);
            assertThat(runs).hasValue(1);
        }

        @Test
        void theyAreLockedLikeCompiledOnes() throws Exception {
            Path result = temporary.resolve("result");
            assertThat(Ajc.weave(result, compile(List.of("-g")))).isEmpty();
            for (String method : kindsOfMethod()) {
                run(result, method);
                assertThat(locks).as(method).hasValue(1);
            }
        }

        @Test
        void thoseWithNamesOfParametersButNoDebugInformationAreLocked() throws Exception {
            Path result = temporary.resolve("result");
            assertThat(Ajc.weave(result, compile(List.of("-g:none", "-parameters"))))
                    .isEmpty();
            for (String method : kindsOfMethod()) {
                run(result, method);
            }
        }

        @Test
        void thoseWithoutNamesOfParametersAreLockedByPosition() throws Exception {
            Path result = temporary.resolve("result");
            assertThat(Ajc.weave(result, compile(List.of("-g:none")))).isEmpty();
            run(result, "genericMethod");
            run(result, "composedMethod");
        }

        @Test
        void thoseWithoutNamesOfParametersAreRefusedByNameRatherThanRunUnlocked() throws Exception {
            Path result = temporary.resolve("result");
            assertThat(Ajc.weave(result, compile(List.of("-g:none")))).isEmpty();
            loader.close();
            loader = Javac.load(result);
            Object methods = instance("Methods");
            AtomicInteger runs = new AtomicInteger();
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> call(methods, "publicMethod", file, body(runs)))
                    .withMessageContaining("#{#file}")
                    .withMessageContaining("-parameters or -g")
                    .withMessageContaining("-java-parameters");
            assertThat(runs).hasValue(0);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-Xnotreweavable"})
        void wovenTwiceTheyStillRunTheirBodyOnceAndAreFreeAfterwards(String option) throws Exception {
            String[] options = option.isEmpty() ? new String[0] : new String[] {option};
            Path once = temporary.resolve("once");
            Path twice = temporary.resolve("twice");
            assertThat(Ajc.weave(once, compile(List.of("-g")), options)).isEmpty();
            assertThat(Ajc.weave(twice, once, options)).isEmpty();
            for (String method : kindsOfMethod()) {
                run(twice, method);
                assertThat(Elsewhere.isFree(file)).as(method).isTrue();
            }
        }
    }

    /** Each in a class of its own, and all in one run of the compiler, since a run takes a second. */
    @Nested
    class WhenTheCodeCannotBeLocked {

        @ParameterizedTest
        @MethodSource("io.github.filelocked.aspectj.CompileTimeWeavingTest#mistakes")
        void itIsAnErrorOfTheWeaverThatNamesTheCure(String code, String cure) throws Exception {
            assertThat(messagesAbout(code))
                    .singleElement()
                    .asString()
                    .startsWith("error at")
                    .contains("@FileLocked: ", cure);
        }

        @ParameterizedTest
        @MethodSource("io.github.filelocked.aspectj.CompileTimeWeavingTest#legal")
        void whatOnlyLooksLikeItIsNotReported(String code) throws Exception {
            assertThat(messagesAbout(code)).isEmpty();
        }
    }

    private static final String FUTURE = "its end cannot be known; return a CompletionStage";
    private static final String SKIP = "return an object or an Optional, or use FAIL";
    private static final String MONITOR = "put synchronized (this) inside the body";
    private static final String DEEP = "put @FileLocked on this annotation itself";

    static List<Arguments> mistakes() {
        return List.of(
                arguments("@FileLocked(`x`) Future<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) private static ScheduledFuture<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) FutureTask<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) Stream<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) IntStream work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) Flow.Publisher<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) SubmissionPublisher<String> work() { return null; }", FUTURE),
                arguments(
                        "static class Own extends CompletableFuture<String> {} @FileLocked(`x`) Own work() { return"
                                + " null; }",
                        FUTURE),
                arguments("@Composed Future<String> work(String file) { return null; }", FUTURE),
                arguments("@FileLocked(`x`) static class Locked { Stream<String> work() { return null; } }", FUTURE),
                arguments(
                        "@Composed static class Locked { Stream<String> work(String file) { return null; } }", FUTURE),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) boolean work() { return false; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) byte work() { return 0; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) char work() { return 0; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) short work() { return 0; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) int work() { return 0; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) long work() { return 0; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) float work() { return 0; }", SKIP),
                arguments("@FileLocked(value = `x`, onBusy = OnBusy.SKIP) double work() { return 0; }", SKIP),
                arguments("@FileLocked(`x`) Iterator<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) Supplier<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) Callable<String> work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) Runnable work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) java.io.InputStream work() { return null; }", FUTURE),
                arguments("@FileLocked(`x`) synchronized void work() {}", MONITOR),
                arguments("@FileLocked(`x`) private static synchronized int work() { return 0; }", MONITOR),
                arguments("@Composed synchronized void work(String file) {}", MONITOR),
                arguments("@FileLocked(`x`) static class Locked { synchronized void work() {} }", MONITOR),
                arguments("static class Made { @Composed Made(String file) {} }", "lock a factory method"),
                arguments("@TooDeep void work(String file) {}", DEEP),
                arguments("@TooDeep static class Locked { void work(String file) {} }", DEEP));
    }

    static List<String> legal() {
        return List.of(
                "@FileLocked(value = `x`, onBusy = OnBusy.SKIP) void work() {}",
                "@FileLocked(value = `x`, onBusy = OnBusy.SKIP) Integer work() { return null; }",
                "@FileLocked(`x`) int work() { return 0; }",
                "@FileLocked(`x`) void work() { synchronized (this) { notify(); } }",
                "synchronized void notLocked() {}",
                "@FileLocked(`x`) List<String> work() { return null; }",
                "@FileLocked(`x`) java.io.ByteArrayInputStream work() { return null; }",
                "@FileLocked(`x`) CompletionStage<String> work() { return null; }",
                "@FileLocked(`x`) CompletableFuture<String> work() { return null; }",
                "@FileLocked(`x`) static class Locked { Locked() {} void work() {} }",
                "@FileLocked(`x`) void work() { Stream<String> inside = Stream.of(); }",
                "Future<String> notLocked() { return null; }",
                "@Deprecated Stream<String> deprecated() { return null; }");
    }

    private static List<String> messagesAbout(String code) throws IOException {
        List<String> all = Stream.concat(
                        mistakes().stream().map(mistake -> (String) mistake.get()[0]), legal().stream())
                .toList();
        if (judgements == null) {
            Stream<String> annotations = Stream.of(COMPOSED, TOO_DEEP);
            Stream<String> judged = IntStream.range(0, all.size())
                    .mapToObj(i -> JUDGED.formatted(i, all.get(i).replace('`', '"')));
            judgements = Ajc.compile(
                    classes.resolve("judged"),
                    Stream.concat(annotations, judged).toArray(String[]::new));
        }
        return judgements.stream()
                .filter(message -> message.contains("Judged" + all.indexOf(code) + ".java"))
                .toList();
    }

    @Test
    void theLibraryBringsNoAopXmlOfItsOwnWhichWouldWeaveWhereNobodyAskedForIt() throws Exception {
        Path built = Javac.codeOf(FileLockedAspect.class);
        try (URLClassLoader alone = new URLClassLoader(new URL[] {built.toUri().toURL()}, null)) {
            assertThat(alone.getResource("META-INF/aop.xml")).isNull();
            assertThat(alone.getResource("META-INF/aop-ajc.xml")).isNull();
            assertThat(alone.getResource("org/aspectj/aop.xml")).isNull();
        }
    }
}
