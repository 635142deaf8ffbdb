package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockRefusedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Contexts whose {@code ${dir}} is the directory of a test. */
final class Contexts {

    private Contexts() {}

    static AnnotationConfigApplicationContext started(Path directory, Class<?>... classes) {
        AnnotationConfigApplicationContext context = prepared(directory, classes);
        context.refresh();
        return context;
    }

    /** Asserts that a start or a creation fails with a rejection of this library, however Spring wraps it. */
    static AbstractThrowableAssert<?, ? extends Throwable> assertThatRefused(ThrowingCallable start) {
        Throwable failure = Assertions.catchThrowable(start);
        assertThat(failure).isNotNull();
        Throwable cause = Stream.iterate(failure, each -> each != null, Throwable::getCause)
                .filter(LockRefusedException.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("not rejected by this library", failure));
        return assertThat(cause);
    }

    static AnnotationConfigApplicationContext prepared(Path directory, Class<?>... classes) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("dir", directory.toString())));
        context.register(classes);
        return context;
    }
}
