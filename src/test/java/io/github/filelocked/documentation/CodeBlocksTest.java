package io.github.filelocked.documentation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.json.JsonParserFactory;
import org.xml.sax.InputSource;

/** Runs what the README and the guide show: compiles all Java, runs the statements among it, and parses the rest. */
@Tag("process")
@Timeout(60)
class CodeBlocksTest {

    private static final String IMPORTS = """
            import io.github.filelocked.*;
            import io.github.filelocked.aspectj.*;
            import io.github.filelocked.lock.*;
            import io.github.filelocked.spring.*;
            import java.io.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.locks.LockSupport;
            import org.junit.jupiter.api.Test;
            import org.springframework.context.annotation.*;
            import org.springframework.scheduling.annotation.*;
            import org.springframework.stereotype.*;
            """;

    private static final Pattern TYPE = Pattern.compile("(?m)^(?:@.*\n)*(?:public )?(?:class|interface|record) (\\w+)");

    @TempDir
    Path directory;

    static Stream<Page.Block> java() {
        return blocks("java");
    }

    static Stream<Page.Block> xml() {
        return blocks("xml");
    }

    static Stream<Page.Block> shell() {
        return blocks("sh");
    }

    static Stream<Page.Block> properties() {
        return blocks("properties");
    }

    static Stream<Page.Block> json() {
        return blocks("json");
    }

    static Stream<Page.Block> python() {
        return blocks("python");
    }

    private static Stream<Page.Block> blocks(String language) {
        return Page.forUsers().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals(language));
    }

    @ParameterizedTest
    @MethodSource("java")
    void javaCompilesAndStatementsRun(Page.Block block) throws Exception {
        Matcher type = TYPE.matcher(block.text());
        if (type.find()) {
            compile(type.group(1), block.text().startsWith("package") ? block.text() : IMPORTS + block.text());
        } else {
            compile(
                    "Statements",
                    IMPORTS + "public class Statements { public static void main(String[] a) throws Exception {\n"
                            + block.text() + "} }");
            run(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    directory + System.getProperty("path.separator") + absoluteClassPath(),
                    "Statements"));
        }
    }

    private void compile(String name, String source) {
        DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options =
                List.of("-proc:none", "-d", directory.toString(), "-cp", System.getProperty("java.class.path"));
        ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, messages, options, null, List.of(file))
                .call();
        assertThat(messages.getDiagnostics())
                .filteredOn(message -> message.getKind() == Diagnostic.Kind.ERROR)
                .extracting(message -> message.getMessage(Locale.ROOT))
                .isEmpty();
    }

    private static String absoluteClassPath() {
        String separator = System.getProperty("path.separator");
        return String.join(
                separator,
                Stream.of(System.getProperty("java.class.path").split(Pattern.quote(separator), -1))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    /** Runs a command in the temporary directory. */
    private void run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends").isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @MethodSource("xml")
    void xmlIsWellFormed(Page.Block block) throws Exception {
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(block.text())))
                        .getDocumentElement()
                        .getTagName())
                .isIn("dependency", "plugin", "arguments", "aspectj");
    }

    @ParameterizedTest
    @MethodSource("shell")
    void shellCommandsParse(Page.Block block) throws Exception {
        run(List.of("bash", "-n", "-c", block.text()));
    }

    @ParameterizedTest
    @MethodSource("properties")
    void propertiesAreSettings(Page.Block block) throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(block.text()));
        assertThat(settings.stringPropertyNames())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(Path.of("target/classes/META-INF/spring-configuration-metadata.json"))
                        .content(UTF_8)
                        .contains("\"" + name + "\""));
    }

    @ParameterizedTest
    @MethodSource("json")
    void jsonParses(Page.Block block) {
        assertThat(JsonParserFactory.getJsonParser().parseMap(block.text())).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("python")
    void pythonCompiles(Page.Block block) throws Exception {
        run(List.of("python3", "-c", "import sys; compile(sys.argv[1], 'page', 'exec')", block.text()));
    }
}
