package io.github.filelocked.spring;

import java.nio.file.Path;
import java.util.Map;
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

    static AnnotationConfigApplicationContext prepared(Path directory, Class<?>... classes) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("dir", directory.toString())));
        context.register(classes);
        return context;
    }
}
