package io.github.filelocked.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.Javac;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContextManager;
import org.springframework.util.ClassUtils;

/** A test that loads a slice of an application. */
@Timeout(60)
class TestSliceTest {

    /** Spring Boot 4 has moved it. */
    private static final String WEB_MVC_TEST = Stream.of(
                    "org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest",
                    "org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest")
            .filter(name -> ClassUtils.isPresent(name, TestSliceTest.class.getClassLoader()))
            .findFirst()
            .orElseThrow();

    @TempDir
    Path directory;

    @Test
    void locksTheControllersOfSpringMvc() throws Exception {
        Path classes = directory.resolve("classes");
        Javac.compile(
                classes, List.of("-cp", System.getProperty("java.class.path")), """
                package fixture;
                import io.github.filelocked.FileLocked;
                import io.github.filelocked.LockedPath;
                import java.nio.file.Path;
                import java.util.concurrent.Callable;
                import org.springframework.boot.SpringBootConfiguration;
                import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
                import org.springframework.context.annotation.Import;
                import org.springframework.stereotype.Controller;
                import %s;
                @WebMvcTest(properties = "dir=%s")
                public class Slice {
                    @SpringBootConfiguration
                    @EnableAutoConfiguration
                    @Import(Job.class)
                    public static class Application {}

                    @Controller
                    public static class Job implements Callable<Path> {
                        @Override
                        @FileLocked("${dir}/x")
                        public Path call() {
                            return LockedPath.current();
                        }
                    }
                }
                """.formatted(WEB_MVC_TEST, directory));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = Javac.load(classes)) {
            Thread.currentThread().setContextClassLoader(loader);
            TestContextManager slice = new TestContextManager(loader.loadClass("fixture.Slice"));
            ApplicationContext context = slice.getTestContext().getApplicationContext();
            assertThat(context.getBean(Callable.class).call()).isEqualTo(directory.resolve("x"));
            slice.getTestContext().markApplicationContextDirty(null);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
