package io.github.filelocked.examples.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kotlin classes as beans of Spring, behind proxies. */
@Timeout(60)
class KotlinBeanTest {

    @TempDir
    Path directory;

    @Nested
    class WhenClassAndFunctionsAreOpen {

        @Test
        void aDefaultArgumentIsFilledInAndTheFunctionIsLocked() {
            withBean(bean -> assertThat(BeanCalls.writeNothing(bean)).isEqualTo("nothing under open"));
        }

        @Test
        void aLambdaOnAPoolIsNotLockedWhileTheFunctionWaitsForIt() {
            ExecutorService pool = Executors.newCachedThreadPool();
            try {
                withBean(bean ->
                        assertThat(bean.waitsForALambda(pool)).containsExactly(directory.resolve("open"), null));
            } finally {
                pool.shutdownNow();
            }
        }

        @Test
        void theNameOfAParameterIsKnown() {
            Path file = directory.resolve("named");
            withBean(bean -> assertThat(bean.byName(file)).isEqualTo(file));
        }

        @Test
        void aValueClassIsKnownByItsPosition() {
            withBean(bean -> assertThat(BeanCalls.byPosition(bean, "7")).isEqualTo(directory.resolve("7")));
        }

        private void withBean(Consumer<OpenBean> assertion) {
            try (var context = Contexts.plain(directory, OpenBean.class)) {
                assertion.accept(context.getBean(OpenBean.class));
            }
        }
    }

    @Test
    void anUnknownNameOfAValueClassIsRejectedWithTheHintToItsPosition() {
        assertThatStartIsRefusedFor(UnknownNameBean.class)
                .contains("UnknownNameBean.write", "#id", "for a parameter of a value class write #p0");
    }

    @ParameterizedTest
    @ValueSource(classes = {FinalBean.class, DataBean.class})
    void aFinalClassIsRejectedWithItsMethodAndTheWaysOut(Class<?> bean) {
        assertThatStartIsRefusedFor(bean)
                .contains(bean.getName() + ".write", "the class is final", "open the class", "weave the class")
                .doesNotContain("CGLIB", "Could not generate");
    }

    @Test
    void aFinalFunctionIsRejectedWithTheWaysOut() {
        assertThatStartIsRefusedFor(FinalFunctionBean.class)
                .contains("FinalFunctionBean.write", "final method", "overridable", "weave the class");
    }

    @Test
    void aSuspendingFunctionIsRejected() {
        assertThatStartIsRefusedFor(SuspendingBean.class).contains("SuspendingBean.write", "suspending function");
    }

    private org.assertj.core.api.AbstractStringAssert<?> assertThatStartIsRefusedFor(Class<?> bean) {
        return Contexts.assertThatRefused(() -> Contexts.plain(directory, bean).close())
                .message();
    }
}
