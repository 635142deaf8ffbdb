package io.github.filelocked.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.examples.benchmark.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form runs and fills every table. How fast it is, is no matter of a test. */
@Timeout(300)
class BenchmarksTest {

    private static final String FIGURE = "-?\\d[\\d,]*(\\.\\d+)?( (ns|us|ms|s|x|%|B|/s))?";

    @TempDir
    private static Path results;

    private static List<String> printed;

    @BeforeAll
    static void runAsAProgram() throws Exception {
        Path output = results.resolve("printed.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Benchmarks.class.getName(),
                        "--size=short",
                        "--hold=PT0.003S-PT0.006S",
                        "--results=" + results)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(280, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        printed = Files.readAllLines(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raw floor: open, tryLock, close",
                "filelocked, no owner record",
                "filelocked",
                "filelocked, nested in a held lock",
                "FileLocks.acquire",
                "woven, constant path",
                "woven, path with an argument",
                "Spring proxy, constant path",
                "Spring proxy, SpEL path",
                "1",
                "100",
                "raw floor, one thread alone",
                "filelocked, 16 threads",
                "raw floor: FileChannel and FileLock",
                "raw floor"
            })
    void showsARowOfFiguresForEachCost(String candidate) {
        assertThat(printed).anyMatch(line -> isRow(line, candidate));
    }

    @Test
    void showsARowOfFiguresForEachPeerThatThisMachineHas() {
        assertThat(Peers.values())
                .allSatisfy(who -> assertThat(printed)
                        .anyMatch(line -> who.missing()
                                .map(program -> line.strip().equals(who.label + ": no " + program + " here"))
                                .orElseGet(() -> isRow(line, who.label))));
    }

    @Test
    void saysOfEachTargetWhetherItIsMet() {
        List<String> targets = printed.subList(printed.indexOf("Targets"), printed.size()).stream()
                .filter(line -> line.matches("  \\S.* at (least|most) +\\d.*"))
                .toList();

        assertThat(targets).hasSizeGreaterThanOrEqualTo(29).allMatch(line -> line.matches(".*  +(yes|no)"));
    }

    @Test
    void namesTheMachine() {
        assertThat(printed)
                .anyMatch(line -> line.contains(System.getProperty("os.name"))
                        && line.contains("processors")
                        && line.contains(Runtime.version().toString()));
    }

    @Test
    void saysSomethingOfVirtualThreadsOnEveryJdk() {
        assertThat(printed)
                .anyMatch(line -> Runtime.version().feature() < 21
                        ? line.startsWith("Not measured: JDK")
                        : isRow(line, "filelocked"));
    }

    @Test
    void writesThePageWithTheSameTables() throws IOException {
        List<String> page = Files.readAllLines(results.resolve("results.md"));

        assertThat(page).contains("## Targets").anyMatch(line -> line.startsWith("| " + Peers.FILELOCKED.label + " |"));
        assertThat(page).filteredOn(line -> line.startsWith("## ")).hasSize(14);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncontended", "annotation", "scale", "hand-over", "contention", "contention-thinking"})
    void drawsAPicture(String name) throws Exception {
        Path picture = results.resolve(name + ".svg");

        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        assertThat(factory.newDocumentBuilder()
                        .parse(picture.toFile())
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("svg");
        assertThat(Files.readString(results.resolve("results.md"))).contains("(" + name + ".svg)");
    }

    /** A row's name, and then nothing but figures with their units. */
    private static boolean isRow(String line, String name) {
        List<String> cells = Arrays.asList(line.strip().split(" {2,}"));
        return cells.size() > 1
                && cells.get(0).equals(name)
                && cells.stream().skip(1).allMatch(cell -> cell.matches(FIGURE));
    }
}
