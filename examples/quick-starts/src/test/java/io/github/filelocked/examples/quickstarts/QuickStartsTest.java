package io.github.filelocked.examples.quickstarts;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Follows the quick starts of the README by its text alone. */
@Timeout(300)
class QuickStartsTest {

    private static final Path README = Path.of("../../README.md");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final String LIBRARY = "io/github/filelocked/filelocked";

    private static final String BOOT_APPLICATION = """
            package demo;
            import io.github.filelocked.*;
            import java.io.IOException;
            import java.nio.file.*;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.scheduling.annotation.Scheduled;
            import org.springframework.stereotype.Component;
            @SpringBootApplication
            public class Application {
                public static void main(String[] args) throws IOException {
                    try (var context = SpringApplication.run(Application.class, args)) {
                        context.getBean(Report.class).write();
                    }
                }
            }
            """;

    private static final String PROJECT = """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>demo</groupId> <artifactId>demo</artifactId> <version>1</version>
              <properties>
                <maven.compiler.source>17</maven.compiler.source> <maven.compiler.target>17</maven.compiler.target>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
              <dependencies>
            %s
              </dependencies>
              <build><plugins>
            %s
              </plugins></build>
            </project>
            """;

    @TempDir
    Path directory;

    @Test
    void springBootLocksBeans() throws Exception {
        compile("Application.java", BOOT_APPLICATION + block("### 1. Spring Boot", "java"));
        run(JAVA, "-Dreport.dir=" + directory, "-cp", classPath(), "demo.Application");
        assertThat(directory.resolve("daily.csv")).hasContent("...");
        assertThat(directory.resolve("daily.csv.lock")).exists();
    }

    @Test
    void mavenWeavesAnEmptyProject() throws Exception {
        Path repository = directory.resolve("repository");
        linkAllButTheLibrary(Path.of(System.getProperty("quick-starts.repository")), repository, Path.of(LIBRARY));
        Path installed = Files.createDirectories(repository.resolve(LIBRARY).resolve("0.1.0-SNAPSHOT"));
        Files.copy(library(), installed.resolve("filelocked-0.1.0-SNAPSHOT.jar"));
        Files.copy(Path.of("../../pom.xml"), installed.resolve("filelocked-0.1.0-SNAPSHOT.pom"));
        write("src/main/java/demo/Counter.java", block("# filelocked", "java"));
        write("pom.xml", PROJECT.formatted(block("## Install", "xml"), block("### 2. Plain Java", "xml")));
        run(System.getProperty("quick-starts.maven"), "-B", "-ntp", "-Dmaven.repo.local=" + repository, "package");
        assertCounts(JAVA, "-cp", "target/classes" + File.pathSeparator + classPath(), "demo.Counter");
    }

    @Test
    void theAgentWeavesLoadedClasses() throws Exception {
        compile("Counter.java", block("# filelocked", "java"));
        write("META-INF/aop.xml", block("### 3. Any Java", "xml"));
        assertCounts(JAVA, "-javaagent:" + agent(), "-cp", classPath(), "demo.Counter");
    }

    @Test
    void withoutAWeaverTheMessageSaysSo() throws Exception {
        compile("Counter.java", block("# filelocked", "java"));
        Process counter = start(JAVA, "-cp", classPath(), "demo.Counter");
        assertThat(counter.waitFor()).isEqualTo(1);
        assertThat(output()).contains("LockNotHeldException", "demo.Counter", "Weave");
    }

    @Test
    void noAnnotationIsNeeded() throws Exception {
        compile("Daily.java", """
                package demo;
                import io.github.filelocked.*;
                import java.nio.file.*;
                import java.time.Duration;
                class Daily {
                    public static void main(String[] args) throws Exception {
                """ + block("### 4. No annotation", "java") + "} }");
        run(JAVA, "-cp", classPath(), "demo.Daily");
        assertThat(directory.resolve("daily.csv")).hasContent("...");
    }

    /** Makes a local repository in which the library is not installed, and all else is that of this build. */
    private static void linkAllButTheLibrary(Path from, Path to, Path library) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Path link = to.resolve(entry.getFileName());
                if (!entry.getFileName().equals(library.getName(0))) {
                    Files.createSymbolicLink(link, entry);
                } else if (library.getNameCount() > 1) {
                    linkAllButTheLibrary(entry, link, library.subpath(1, library.getNameCount()));
                }
            }
        }
    }

    /** Runs the counter twice: it counts in the file of the working directory, which is locked meanwhile. */
    private void assertCounts(String... command) throws Exception {
        run(command);
        run(command);
        assertThat(directory.resolve("counter.txt")).hasContent("2");
        assertThat(directory.resolve("counter.txt.lock")).exists();
    }

    /** Returns the first block of a language after a heading. */
    private static String block(String heading, String language) throws IOException {
        String text = Files.readString(README);
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(text);
        assertThat(block.find(text.indexOf(heading))).as(heading).isTrue();
        return block.group(1);
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void compile(String file, String source) throws Exception {
        write("src/" + file, source);
        run(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-g",
                "-proc:none",
                "-d",
                ".",
                "-cp",
                classPath(),
                "src/" + file);
    }

    private void run(String... command) throws Exception {
        Process process = start(command);
        assertThat(process.waitFor()).as(output()).isZero();
    }

    private Process start(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.txt").toFile())
                .start();
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return process;
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output.txt"));
    }

    /** Returns the working directory, this test's libraries without its own classes, and the library's jar. */
    private static String classPath() {
        List<String> entries = new ArrayList<>(List.of("."));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.endsWith(".jar")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String agent() {
        for (String entry : classPath().split(File.pathSeparator, -1)) {
            if (entry.contains("aspectjweaver")) {
                return entry;
            }
        }
        throw new AssertionError("no agent on the class path");
    }

    private static Path library() throws URISyntaxException {
        Path library = Path.of(FileLocked.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(library).as("the jar, which the phase package makes").isRegularFile();
        return library;
    }
}
