package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.lock.LockNotAcquiredException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.annotation.AliasFor;

/** Where an annotation may stand. Each bean's body gives the path that it was locked by. */
@Timeout(60)
class AnnotationLookupTest {

    @TempDir
    Path directory;

    @EnableFileLocking(proxyTargetClass = true)
    static class ClassProxies {}

    @EnableFileLocking
    static class InterfaceProxies {}

    /** The type by which a bean is called, and a supertype of all fixtures that says nothing about locks. */
    interface Job<T> {
        Path run(T argument);
    }

    private void assertLocked(Class<?> proxies, Class<? extends Job<String>> type) {
        try (AnnotationConfigApplicationContext context = Contexts.started(directory, proxies, type)) {
            @SuppressWarnings("unchecked")
            Job<String> job = context.getBean(Job.class);
            assertThat(AopUtils.isCglibProxy(job)).isEqualTo(proxies == ClassProxies.class);
            assertThat(job.run("any")).isEqualTo(directory.resolve("x"));
        }
    }

    interface AnnotatedMethod extends Job<String> {
        @Override
        @FileLocked("${dir}/x")
        Path run(String argument);
    }

    static class OfAnInterfacesMethod implements AnnotatedMethod {
        @Override
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    @FileLocked("${dir}/x")
    interface AnnotatedType extends Job<String> {}

    static class OfAnInterface implements AnnotatedType {
        @Override
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class AnnotatedSuper implements Job<String> {
        @Override
        @FileLocked("${dir}/x")
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class OfASuperclassMethod extends AnnotatedSuper {
        @Override
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class InheritsTheMethod extends AnnotatedSuper {}

    abstract static class GenericSuper<T> implements Job<T> {
        @Override
        @FileLocked("${dir}/x")
        public abstract Path run(T argument);
    }

    static class OfAGenericSuperclass extends GenericSuper<String> {
        @Override
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    interface GenericInterface<T> extends Job<T> {
        @Override
        @FileLocked("${dir}/x")
        Path run(T argument);
    }

    static class OfAGenericInterface implements GenericInterface<String> {
        @Override
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class BehindABridge implements Job<String> {
        @Override
        @FileLocked("${dir}/#{#argument == null ? 'none' : 'x'}")
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class KnowsOfNoInterface {
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class ImplementedBySuperclass extends KnowsOfNoInterface implements AnnotatedMethod {}

    static class GenericImplementedBySuperclass extends KnowsOfNoInterface implements GenericInterface<String> {}

    interface WithADefault extends Job<String> {
        @Override
        @FileLocked("${dir}/x")
        default Path run(String argument) {
            return LockedPath.current();
        }
    }

    static class OfADefaultMethod implements WithADefault {}

    @FileLocked("${dir}/x")
    static class OfTheClassOfAnInheritedMethod extends KnowsOfNoInterface implements Job<String> {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                OfAnInterfacesMethod.class,
                OfAnInterface.class,
                AnnotatedSuper.class,
                OfASuperclassMethod.class,
                InheritsTheMethod.class,
                OfAGenericSuperclass.class,
                OfAGenericInterface.class,
                BehindABridge.class,
                ImplementedBySuperclass.class,
                GenericImplementedBySuperclass.class,
                OfADefaultMethod.class,
                OfTheClassOfAnInheritedMethod.class
            })
    void isFoundByProxiesOfBothKinds(Class<? extends Job<String>> type) {
        assertLocked(ClassProxies.class, type);
        assertLocked(InterfaceProxies.class, type);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("${dir}/overridden")
    @interface ConfigLocked {
        @AliasFor(annotation = FileLocked.class, attribute = "value")
        String[] path() default "${dir}/default";

        @AliasFor(annotation = FileLocked.class)
        String timeout() default "0";
    }

    @Retention(RetentionPolicy.RUNTIME)
    @ConfigLocked(path = "${dir}/deeper")
    @interface DeeplyLocked {}

    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("${dir}/other")
    @interface OtherLocked {}

    static class Composed {
        @ConfigLocked(path = "${dir}/x")
        public Path path() {
            return LockedPath.current();
        }

        @ConfigLocked
        public Path defaults() {
            return LockedPath.current();
        }

        @ConfigLocked(path = "${dir}/x", timeout = "1ms")
        public Path timeout() {
            return LockedPath.current();
        }

        @DeeplyLocked
        public Path deeper() {
            return LockedPath.current();
        }
    }

    @Nested
    class AComposedAnnotation {

        @Test
        void overridesThePathByItsOwnAttributeAtAnyDepth() {
            try (var context = Contexts.started(directory, ClassProxies.class, Composed.class)) {
                Composed bean = context.getBean(Composed.class);
                assertThat(bean.path()).isEqualTo(directory.resolve("x"));
                assertThat(bean.defaults()).isEqualTo(directory.resolve("default"));
                assertThat(bean.deeper()).isEqualTo(directory.resolve("deeper"));
            }
        }

        @Test
        void overridesTheTimeout() throws Exception {
            try (var context = Contexts.started(directory, ClassProxies.class, Composed.class);
                    HeldLock held = FileLocks.create().acquire(directory.resolve("x"))) {
                Composed bean = context.getBean(Composed.class);
                assertThat(held.isHeld()).isTrue();
                assertThat(waitInVain(bean::path)).hasMessageContaining("one attempt");
                assertThat(waitInVain(bean::timeout).waited()).isGreaterThanOrEqualTo(Duration.ofMillis(1));
            }
        }

        private LockNotAcquiredException waitInVain(Supplier<Path> call) throws Exception {
            return Elsewhere.call(() -> catchThrowableOfType(LockNotAcquiredException.class, call::get));
        }

        @Test
        void isRefusedBesideASecondOneSinceOneOfThemWouldNotCount() {
            Contexts.assertThatRefused(() -> Contexts.started(directory, ClassProxies.class, TwoComposed.class))
                    .hasMessageContainingAll("TwoComposed.run", "ConfigLocked", "OtherLocked", "leave one");
        }
    }

    static class TwoComposed {
        @ConfigLocked
        @OtherLocked
        public void run() {}
    }

    @FileLocked("${dir}/class")
    static class Nearest implements AnnotatedMethod {
        @Override
        @ConfigLocked(path = "${dir}/own")
        public Path run(String argument) {
            return LockedPath.current();
        }
    }

    @Test
    void theNearestCountsEvenIfItIsComposedAndTheOtherIsNot() {
        try (var context = Contexts.started(directory, InterfaceProxies.class, Nearest.class)) {
            assertThat(context.getBean(AnnotatedMethod.class).run("any")).isEqualTo(directory.resolve("own"));
        }
    }
}
