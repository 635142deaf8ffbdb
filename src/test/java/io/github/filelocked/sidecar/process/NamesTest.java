package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that see one file differently use one lock file (I1). */
@Tag("process")
@Timeout(60)
class NamesTest {

    private Path directory;

    @BeforeEach
    void resolveTheDirectory(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
    }

    @Nested
    @DisplayName("I1: in different locales")
    class InDifferentLocales {

        private Path data;

        @BeforeEach
        void makeFilesOfSeveralCharsets() throws IOException {
            data = Files.createDirectory(directory.resolve("data"));
            for (String name : List.of("%C3%BC.csv", "%E4.csv", "%F6.csv", "plain.csv")) {
                Files.createFile(
                        data.resolve(Path.of(URI.create("file:///" + name)).getFileName()));
            }
        }

        private static Child startIn(String locale) throws IOException {
            return Child.startUnder(List.of("env", "LC_ALL=" + locale), Probe.class);
        }

        @Test
        void aDirectorysFilesHaveTheSameLockFilesAndAreBusy() throws Exception {
            String lockFiles = "%C3%BC.csv.lock %E4.csv.lock %F6.csv.lock plain.csv.lock";
            for (String option : List.of("-", "directory=" + directory.resolve("locks"))) {
                try (Child ofCron = startIn("C");
                        Child ofShell = startIn("C.UTF-8")) {
                    String held = ofCron.ask("hold-listed " + option + " " + data);
                    if (option.equals("-")) {
                        assertThat(held).isEqualTo(lockFiles);
                    }
                    assertThat(ofShell.ask("hold-listed " + option + " " + data))
                            .isEqualTo("busy busy busy busy");
                    assertThat(ofCron.ask("drop-listed")).isEqualTo("dropped");
                    assertThat(ofShell.ask("hold-listed " + option + " " + data))
                            .isEqualTo(held);
                    assertThat(ofShell.ask("drop-listed")).isEqualTo("dropped");
                }
            }
        }
    }

    @Nested
    @DisplayName("I1: in different mount namespaces, with one lock directory")
    class InDifferentMountNamespaces {

        private Path locks;

        @BeforeEach
        void makeALockDirectory() throws IOException {
            locks = Files.createDirectory(directory.resolve("locks"));
        }

        /** Starts a process to which the source appears at the target, too. */
        private Child startWithMount(Path source, Path target) throws IOException {
            List<String> prefix = new ArrayList<>(Child.rootPrefix());
            prefix.addAll(List.of("unshare", "-m", "sh", "-c"));
            prefix.addAll(List.of("mount --bind '" + source + "' '" + target + "' && exec \"$@\"", "sh"));
            return Child.startUnder(prefix, Probe.class);
        }

        private void assertTheyExcludeEachOther(Child one, Path file, Child other, Path sameFile) throws Exception {
            String options = "directory=" + locks + " ";
            assertThat(one.ask("hold " + options + file)).startsWith("held ");
            assertThat(other.ask("acquire " + options + sameFile)).startsWith("LockNotAcquiredException");
            assertThat(one.ask("drop")).isEqualTo("dropped");
            assertThat(other.ask("acquire " + options + sameFile)).startsWith("held ");
        }

        @Test
        void aDirectoryMountedTwiceGivesOneLockFile() throws Exception {
            Path data = Files.createDirectory(directory.resolve("data"));
            Path mounted = Files.createDirectory(directory.resolve("mounted"));
            try (Child one = Child.start(Probe.class);
                    Child other = startWithMount(data, mounted)) {
                assertTheyExcludeEachOther(one, data.resolve("f"), other, mounted.resolve("f"));
                assertTheyExcludeEachOther(other, mounted.resolve("f"), one, data.resolve("f"));
            }
        }

        @Test
        void aFileMountedByItselfInPrivateDirectoriesGivesOneLockFile() throws Exception {
            Path source = Files.createFile(directory.resolve("source"));
            Path mine = Files.createFile(
                    Files.createDirectory(directory.resolve("mine")).resolve("f"));
            Path yours = Files.createFile(
                    Files.createDirectory(directory.resolve("yours")).resolve("g"));
            try (Child one = startWithMount(source, mine);
                    Child other = startWithMount(source, yours)) {
                assertTheyExcludeEachOther(one, mine, other, yours);
            }
        }
    }
}
