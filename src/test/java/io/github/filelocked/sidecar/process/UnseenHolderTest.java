package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holders that a process cannot see, as in containers and hardened services. It takes root to make such places. */
@Tag("process")
@Timeout(90)
class UnseenHolderTest {

    private static final int ANN = 54321;

    private Path directory;
    private Path file;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        file = directory.resolve("x");
        Path sidecar = Files.createFile(directory.resolve("x.lock"));
        Files.setPosixFilePermissions(sidecar, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    private static Child startIn(String... namespace) throws IOException {
        List<String> prefix = new ArrayList<>(Child.rootPrefix());
        prefix.addAll(List.of(namespace));
        return Child.startUnder(prefix, Probe.class);
    }

    private static Child startInPidNamespace() throws IOException {
        return startIn("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
    }

    @Nested
    class InAnotherPidNamespaceOfTheSameHostName {

        @Test
        void areNamedByTheirRecordAndMarkedAsNotVisible() throws Exception {
            try (Child holder = startInPidNamespace();
                    Child other = startInPidNamespace()) {
                assertThat(holder.ask("hold - " + file)).isEqualTo("held " + file + ".lock");
                assertThat(other.ask("acquire - " + file))
                        .containsPattern(
                                "holder: +pid 1 on .*\\(not visible from here, pid namespace \\d+\\), thread \"main\"")
                        .contains("wanted by: pid 1 of this pid namespace")
                        .doesNotContain("unknown");
                assertThat(holder.ask("drop")).isEqualTo("dropped");
                assertThat(other.ask("acquire - " + file)).isEqualTo("held " + file + ".lock");
            }
        }

        @Test
        void areNamedByTheirNumberHereWhereTheKernelTellsIt() throws Exception {
            try (Child holder = startInPidNamespace();
                    Child outside = Child.start(Probe.class)) {
                assertThat(holder.ask("hold - " + file)).isEqualTo("held " + file + ".lock");
                assertThat(outside.ask("acquire - " + file))
                        .containsPattern("holder: +pid \\d{2,} on \\S+, thread \"main\"")
                        .doesNotContain("not visible");
            }
        }
    }

    @Nested
    class HiddenByProc {

        private Child startWithHiddenProcesses(String more) throws IOException {
            List<String> hidden = List.of(
                    "unshare",
                    "--mount",
                    "bash",
                    "-c",
                    "mount -t proc -o hidepid=2 proc /proc && " + more + " exec \"$@\"",
                    "bash");
            return Child.startAs(hidden, directory, ANN, ANN, "022", Probe.class);
        }

        @Test
        void areNamedByTheirRecordAndMarkedAsNotVisible() throws Exception {
            for (String list : List.of("", "mount --bind /dev/null /proc/locks &&")) {
                try (Child holder = Child.start(Probe.class);
                        Child other = startWithHiddenProcesses(list)) {
                    assertThat(holder.ask("hold - " + file)).isEqualTo("held " + file + ".lock");
                    assertThat(other.ask("acquire - " + file))
                            .containsPattern(
                                    "holder: +pid \\d+ on .*\\(not visible from here, pid namespace \\d+\\), thread"
                                            + " \"main\"");
                }
            }
        }
    }

    /** I24: a loss is reported on proof only. */
    @Nested
    class WhereTheKernelsListNeverShowsOurLocks {

        private void assertNoLossIsReported(String... place) throws Exception {
            try (Child child = startIn(place)) {
                for (int round = 0; round < 3; round++) {
                    assertThat(child.ask("acquire verifying " + file)).isEqualTo("held " + file + ".lock");
                }
            }
        }

        @Test
        void aPidNamespaceWithTheOuterProcReportsNoLoss() throws Exception {
            assertNoLossIsReported("unshare", "--pid", "--fork", "--kill-child");
        }

        @Test
        void aMaskedListReportsNoLoss() throws Exception {
            assertNoLossIsReported(
                    "unshare", "--mount", "bash", "-c", "mount --bind /dev/null /proc/locks && exec \"$@\"", "bash");
        }

        @Test
        void aFileSystemThatKeepsItsLocksReportsNoLoss() throws Exception {
            Path original = Files.createDirectory(directory.resolve("original"));
            Path mounted = Files.createDirectory(directory.resolve("mounted"));
            file = mounted.resolve("x");
            assertNoLossIsReported(
                    "unshare",
                    "--mount",
                    "bash",
                    "-c",
                    "bindfs --multithreaded --enable-lock-forwarding \"$0\" \"$1\" && shift && exec \"$@\"",
                    original.toString(),
                    mounted.toString());
        }
    }
}
