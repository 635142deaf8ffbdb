package io.github.filelocked.examples.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.spring.EnableFileLocking;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/** Contexts whose {@code ${dir}} is the directory of a test. */
final class Contexts {

    private Contexts() {}

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {}

    /** Starts a plain Spring context that locks these beans. */
    static AnnotationConfigApplicationContext plain(Path directory, Class<?>... beans) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("dir", directory.toString())));
        context.register(Enabled.class);
        context.register(beans);
        context.refresh();
        return context;
    }

    /** Starts a Spring Boot application without a web server. */
    static ConfigurableApplicationContext boot(Path directory, String[] properties, Class<?>... classes) {
        return new SpringApplicationBuilder(classes)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .run("--dir=" + directory, "--spring.main.banner-mode=off");
    }

    /** Asserts that a start fails with a rejection of this library, however Spring wraps it. */
    static AbstractThrowableAssert<?, ? extends Throwable> assertThatRefused(ThrowingCallable start) {
        Throwable failure = Assertions.catchThrowable(start);
        assertThat(failure).isNotNull();
        Throwable cause = Stream.iterate(failure, each -> each != null, Throwable::getCause)
                .filter(LockRefusedException.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("not rejected by this library", failure));
        return assertThat(cause);
    }
}
