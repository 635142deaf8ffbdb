package io.github.filelocked.examples.integrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.lock.LockRefusedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions that the Kotlin compiler compiled and the AspectJ compiler wove. */
@Timeout(60)
class KotlinWovenTest {

    @TempDir
    Path directory;

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @BeforeEach
    void setDirectory() {
        System.setProperty("integrations.dir", directory.toString());
    }

    @AfterEach
    void stop() {
        pool.shutdownNow();
        System.clearProperty("integrations.dir");
    }

    @Nested
    class WhenTheClassIsAnnotated {

        private final WovenReport report = new WovenReport(pool);

        @Test
        void aLambdaOnAPoolIsNotLockedWhileTheFunctionWaitsForIt() {
            assertThat(methodNames(WovenReport.class))
                    .anyMatch(name -> name.matches("waitsForALambda\\$lambda\\$\\d+"));
            assertThat(report.waitsForALambda()).containsExactly(directory.resolve("report"), null);
        }

        @Test
        void aLocalFunctionOnAPoolIsNotLockedWhileTheFunctionWaitsForIt() {
            assertThat(report.waitsForALocalFunction()).containsExactly(directory.resolve("report"), null);
        }

        @Test
        void aDefaultArgumentIsFilledInAndTheFunctionIsLocked() {
            assertThat(methodNames(WovenReport.class)).contains("write$default");
            assertThat(Calls.writeNothing(report)).isEqualTo("nothing under report");
        }

        @Test
        void anInternalFunctionIsLockedUnderItsChangedName() {
            assertThat(methodNames(WovenReport.class)).contains("internal$integrations");
            assertThat(Calls.internal(report)).isEqualTo(directory.resolve("report"));
        }

        @Test
        void aPrivateFunctionIsLocked() {
            assertThat(report.callsAPrivateOne()).isEqualTo(directory.resolve("report"));
        }

        @Test
        void aFinalClassTellsThatItIsWoven() {
            FileLockedAspect.requireWoven(WovenReport.class, WovenArguments.class, WovenUnfinished.class);
        }

        private static Stream<String> methodNames(Class<?> type) {
            return Arrays.stream(type.getDeclaredMethods()).map(method -> method.getName());
        }
    }

    @Nested
    class WhenThePathComesFromAnArgument {

        private final WovenArguments arguments = new WovenArguments();

        @Test
        void theNameIsKnown() {
            assertThat(arguments.byName(directory.resolve("named"))).isEqualTo(directory.resolve("named"));
        }

        @Test
        void aValueClassIsKnownByItsPosition() {
            assertThat(Calls.byPosition(arguments, "7")).isEqualTo(directory.resolve("7"));
        }

        @Test
        void anUnknownNameOfAValueClassIsRejectedWithTheHintToItsPosition() {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> Calls.byUnknownName(arguments, "7"))
                    .withMessageContainingAll("-java-parameters", "for a parameter of a value class write #p0");
        }
    }

    @Nested
    class WhenTheWorkIsUnfinished {

        static Stream<Arguments> calls() {
            return Stream.of(
                    call("sequence", "kotlin.sequences.Sequence", WovenUnfinished::sequence),
                    call("suspending function", "suspending function", job -> job.suspending(new Completion())),
                    call("function", "kotlin.jvm.functions.Function0", WovenUnfinished::lambda),
                    call("list of lazies", "kotlin.Lazy, in java.util.List", WovenUnfinished::listOfLazies));
        }

        private static Arguments call(String name, String text, Consumer<WovenUnfinished> call) {
            return Arguments.argumentSet(name, text, call);
        }

        @ParameterizedTest
        @MethodSource("calls")
        void theFirstCallIsRejectedBeforeTheBody(String text, Consumer<WovenUnfinished> call) {
            WovenUnfinished job = new WovenUnfinished();
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> call.accept(job))
                    .withMessageContainingAll(text, "may go on after the method returns");
            assertThat(job.getBegun()).isZero();
        }

        /** Never resumed. */
        private static final class Completion implements Continuation<kotlin.Unit> {
            @Override
            public kotlin.coroutines.CoroutineContext getContext() {
                return EmptyCoroutineContext.INSTANCE;
            }

            @Override
            public void resumeWith(Object result) {
                throw new AssertionError();
            }
        }
    }

    @Nested
    class WhenTheFunctionIsInline {

        private final WovenInline inline = new WovenInline();

        @Test
        void itRunsUnlockedInItsCallersAsTheReadmeSays() {
            assertThat(inline.callsAnInlineOne()).isNull();
        }

        @Test
        void itIsLockedInACallerThatIsLocked() {
            assertThat(inline.isLockedItself()).isEqualTo(directory.resolve("inline"));
        }
    }
}
