package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.filelocked.FileLocked;
import io.github.filelocked.OnBusy;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LockedMethodTest {

    static class OwnFuture<T> extends CompletableFuture<T> {}

    interface OwnStage<T> extends CompletionStage<T> {}

    /** Return types whose work has no visible end. */
    interface Unfinished {

        @FileLocked("x")
        Future<String> future();

        @FileLocked("x")
        ScheduledFuture<String> scheduledFuture();

        @FileLocked("x")
        ForkJoinTask<String> task();

        @FileLocked("x")
        Stream<String> stream();

        @FileLocked("x")
        IntStream intStream();

        @FileLocked("x")
        Flow.Publisher<String> publisher();

        @FileLocked("x")
        Flow.Processor<String, String> processor();

        @FileLocked("x")
        OwnFuture<String> ownFuture();

        @FileLocked("x")
        OwnStage<String> ownStage();
    }

    interface Lockable {

        @FileLocked("x")
        void nothing();

        @FileLocked("x")
        int number();

        @FileLocked("x")
        Object object();

        @FileLocked("x")
        CompletionStage<String> stage();

        @FileLocked("x")
        CompletableFuture<String> completableFuture();

        @FileLocked("x")
        Optional<String> optional();

        @FileLocked("x")
        List<String> list();

        @FileLocked("x")
        Iterable<String> iterable();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        void skippedNothing();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        Integer skippedNumber();
    }

    interface SkippedPrimitives {

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        boolean aBoolean();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        byte aByte();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        char aChar();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        short aShort();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        int anInt();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        long aLong();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        float aFloat();

        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
        double aDouble();
    }

    interface Templates {

        @FileLocked({})
        void nothing();

        @FileLocked("out/#{#nme}")
        void unknownPath(String name);

        @FileLocked(value = "out", timeout = "#{#nme}")
        void unknownTimeout(String name);

        @FileLocked("out/${unclosed")
        void unclosed();

        @FileLocked("#{#p0}/#{#a1}")
        void byPosition(Path first, String second);

        @FileLocked({"${dir}/a", "#{#p0}/b"})
        void several(Path first);
    }

    static Stream<Method> unfinished() {
        return Arrays.stream(Unfinished.class.getDeclaredMethods());
    }

    static Stream<Method> lockable() {
        return Arrays.stream(Lockable.class.getDeclaredMethods());
    }

    static Stream<Method> skippedPrimitives() {
        return Arrays.stream(SkippedPrimitives.class.getDeclaredMethods());
    }

    private static LockedMethod lockedMethod(Method method, List<String> parameterNames) {
        return LockedMethod.of(Call.uncalled(method, parameterNames), FileLockedResolver.builtIn(), ".lock");
    }

    @Test
    void itsOriginIsTheMethodAndTheExpressionsOfAllPathsAndNoPath() throws NoSuchMethodException {
        LockedMethod method = lockedMethod(Templates.class.getDeclaredMethod("several", Path.class), List.of());
        assertThat(method.origin())
                .isEqualTo(new LockOrigin("LockedMethodTest$Templates.several", "${dir}/a, #{#p0}/b"));
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    void aReturnTypeWhoseWorkCannotBeFollowedIsRefused(Method method) {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> lockedMethod(method, List.of()))
                .withMessageContaining("@FileLocked on ")
                .withMessageContaining(method.getName() + "()")
                .withMessageContaining("the work of a " + method.getReturnType().getTypeName())
                .withMessageContaining("return a CompletionStage, a CompletableFuture, or the finished result");
    }

    @ParameterizedTest
    @MethodSource("lockable")
    void aReturnTypeThatIsFinishedOrCanBeFollowedIsTaken(Method method) {
        assertThat(lockedMethod(method, List.of())).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("skippedPrimitives")
    void skippingAPrimitiveIsRefused(Method method) {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> lockedMethod(method, List.of()))
                .withMessageContaining("onBusy = SKIP has no " + method.getReturnType() + " to return")
                .withMessageContaining("use FAIL");
    }

    @Test
    void whatIsNotAnnotatedIsRefused() {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> lockedMethod(Object.class.getMethod("toString"), List.of()))
                .withMessageContaining("cannot be read at run time");
    }

    @Test
    void noPathIsRefused() {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> lockedMethod(Call.method(Templates.class, "nothing"), List.of()))
                .withMessageContaining("names no path");
    }

    @Test
    void anUnknownParameterIsRefusedBeforeAnyCall() {
        for (String method : List.of("unknownPath", "unknownTimeout")) {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> lockedMethod(Call.method(Templates.class, method), List.of("name")))
                    .withMessageContaining(method)
                    .withMessageContaining("#{#nme}, which is not known")
                    .withMessageContaining("[name]");
        }
    }

    @Test
    void anUnclosedBraceIsRefusedBeforeAnyCall() {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> lockedMethod(Call.method(Templates.class, "unclosed"), List.of()))
                .withMessageContaining("never closed");
    }

    @Test
    void withoutParameterNamesPositionsStillWork() {
        Method method = Call.method(Templates.class, "byPosition");
        FileLockedInvocation call = new Call(this, method, List.of(Path.of("dir"), "file"));
        assertThat(lockedMethod(method, List.of()).targets(call))
                .map(target -> target.resource())
                .containsExactly(Path.of("dir/file"));
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(() -> lockedMethod(Call.method(Templates.class, "unknownPath"), List.of()))
                .withMessageContaining("[p0]")
                .withMessageContaining("-parameters or -g");
    }

    /** The libraries are none of ours, so their types are made up here; what counts is the name. */
    @Test
    void suspendingFunctionsAndForeignPublishersAreKnownByName(@TempDir Path temporary) throws Exception {
        Path directory = temporary.resolve("classes");
        Javac.compile(directory, """
                package kotlin.coroutines;
                public interface Continuation<T> {}
                """, """
                package kotlinx.coroutines.flow;
                public interface Flow<T> {}
                """, """
                package org.reactivestreams;
                public interface Publisher<T> {}
                """, """
                package reactor;
                public abstract class Mono<T> implements Core<T> {}

                interface Core<T> extends org.reactivestreams.Publisher<T> {}
                """, """
                package fixture;
                import io.github.filelocked.FileLocked;
                public interface Foreign {
                    @FileLocked("x") Object suspending(String a, kotlin.coroutines.Continuation<String> then);
                    @FileLocked("x") kotlinx.coroutines.flow.Flow<String> flow();
                    @FileLocked("x") org.reactivestreams.Publisher<String> publisher();
                    @FileLocked("x") reactor.Mono<String> mono();
                }
                """);
        try (var loader = Javac.load(directory)) {
            Class<?> foreign = loader.loadClass("fixture.Foreign");
            assertThat(foreign.getDeclaredMethods())
                    .hasSize(4)
                    .allSatisfy(method -> assertThatExceptionOfType(LockRefusedException.class)
                            .isThrownBy(() -> lockedMethod(method, List.of()))
                            .withMessageContaining(
                                    method.getName().equals("suspending")
                                            ? "the work of a suspending function may go on"
                                            : "the work of a "
                                                    + method.getReturnType().getName() + " may go on"));
        }
    }
}
