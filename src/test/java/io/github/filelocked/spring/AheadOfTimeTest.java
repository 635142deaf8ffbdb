package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.sidecar.process.ChildJvm;
import io.github.filelocked.sidecar.process.Lines;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.Advised;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;

/** A context that was processed ahead of time, and what a native image of it would keep. */
@Tag("process")
@Timeout(90)
class AheadOfTimeTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true, order = 7)
    static class Enabled {}

    static class Job {
        @FileLocked("${dir}/#{#root.method.name}-#{#root.target.suffix()}")
        public Path run() {
            return LockedPath.current();
        }

        public String suffix() {
            return "x";
        }
    }

    /** Processes the context; returns the name of the initializer that was written. */
    private String process(Path generated, RuntimeHints hints) {
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.registerBean(Enabled.class);
            context.registerBean(Job.class);
            AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
            DefaultGenerationContext generation = new DefaultGenerationContext(
                    new ClassNameGenerator(ClassName.get("io.github.filelocked.spring", "Application")),
                    new FileSystemGeneratedFiles(generated),
                    hints);
            ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
            return initializer.canonicalName();
        }
    }

    /** A process of its own, since what is generated belongs to the packages of the beans. */
    static final class Application {

        private Application() {}

        @SuppressWarnings("unchecked")
        public static void main(String... args) throws Exception {
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("test", Map.of("dir", args[1])));
                ((ApplicationContextInitializer<GenericApplicationContext>) Class.forName(args[0])
                                .asSubclass(ApplicationContextInitializer.class)
                                .getDeclaredConstructor()
                                .newInstance())
                        .initialize(context);
                context.refresh();
                Job job = context.getBean(Job.class);
                int order = ((Ordered) ((Advised) job).getAdvisors()[0]).getOrder();
                Lines.say("locked", job.run().toString(), String.valueOf(order));
            }
        }
    }

    @Nested
    class AProcessedContext {

        @Test
        void locksItsBeans() throws IOException {
            Path generated = directory.resolve("generated");
            String initializer = process(generated, new RuntimeHints());
            Path classes = directory.resolve("classes");
            compile(generated.resolve("sources"), classes);

            String classPath = String.join(
                    File.pathSeparator,
                    classes.toString(),
                    generated.resolve("classes").toString(),
                    ChildJvm.classPath());
            try (ChildJvm application = ChildJvm.startProgram(
                    ChildJvm.java(),
                    "-Dspring.aot.enabled=true",
                    "-cp",
                    classPath,
                    Application.class.getName(),
                    initializer,
                    directory.toString())) {
                assertThat(application.receive("locked"))
                        .containsExactly(directory.resolve("run-x").toString(), "7");
            }
        }

        private void compile(Path sources, Path classes) throws IOException {
            try (Stream<Path> files = Files.walk(sources)) {
                List<String> texts = files.filter(Files::isRegularFile)
                        .map(AheadOfTimeTest::read)
                        .toList();
                Javac.compile(classes, List.of("-cp", ChildJvm.classPath()), texts.toArray(String[]::new));
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Nested
    class ANativeImage {

        private final RuntimeHints hints = new RuntimeHints();

        @Test
        void keepsTheAnnotationAndWhatExpressionsRead() {
            process(directory.resolve("generated"), hints);
            assertThat(RuntimeHintsPredicates.reflection()
                            .onType(FileLocked.class)
                            .withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS))
                    .accepts(hints);
            assertThat(RuntimeHintsPredicates.reflection()
                            .onType(SpringResolver.Root.class)
                            .withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS))
                    .accepts(hints);
            assertThat(RuntimeHintsPredicates.proxies().forInterfaces(FileLocked.class))
                    .accepts(hints);
        }
    }
}
