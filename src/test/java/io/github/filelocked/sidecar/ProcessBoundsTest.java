package io.github.filelocked.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that the system sets to a process lead to a helpful message, and nothing stays behind. */
@Timeout(60)
class ProcessBoundsTest {

    private Path directory;

    @BeforeEach
    void openTheDirectoryToAll(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        Files.setPosixFilePermissions(directory, mode("rwxr-xr-x"));
    }

    private static Set<PosixFilePermission> mode(String mode) {
        return PosixFilePermissions.fromString(mode);
    }

    private static List<String> bash(String script) {
        return List.of("bash", "-c", script + "; exec \"$@\"", "bash");
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    private List<String> files(Path in) throws IOException {
        try (Stream<Path> all = Files.list(in)) {
            return all.map(ProcessBoundsTest::nameOf).sorted().toList();
        }
    }

    @Nested
    class WithoutPermission {

        private Path data;

        @BeforeEach
        void makeTheDirectory() throws IOException {
            data = Files.createDirectory(directory.resolve("data"));
            Files.setPosixFilePermissions(data, mode("rwxr-xr-x"));
        }

        @AfterEach
        void makeItDeletable() throws IOException {
            Files.setPosixFilePermissions(data, mode("rwxr-xr-x"));
        }

        @Test
        void onTheSidecarOfAnotherUserTheErrorNamesTheOwnerAndTheCure() throws Exception {
            Path sidecar = Files.writeString(data.resolve("x.lock"), "");
            Files.setPosixFilePermissions(sidecar, mode("r--r--r--"));
            try (Child child = Child.startUnprivileged(directory, Probe.class)) {
                assertThat(child.ask("acquire - " + data.resolve("x")))
                        .startsWith("LockRefusedException: cannot lock " + data.resolve("x"))
                        .contains("AccessDeniedException: " + sidecar)
                        .contains("it belongs to " + Files.getOwner(sidecar).getName())
                        .contains("has mode r--r--r--: give us write permission on it")
                        .contains("chmod g+rw")
                        .contains("lockFilePermissions")
                        .doesNotContain("LEFT BEHIND");
                Files.setPosixFilePermissions(sidecar, mode("rw-rw-rw-"));
                assertThat(child.ask("acquire - " + data.resolve("x"))).startsWith("held " + sidecar);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"-", "permissions=rw-rw----"})
        void inTheDirectoryTheErrorNamesTheCure(String options) throws Exception {
            Files.setPosixFilePermissions(data, mode("r-xr-xr-x"));
            Path locks = Files.createDirectory(directory.resolve("locks"));
            Files.setPosixFilePermissions(locks, mode("rwxrwxrwx"));
            try (Child child = Child.startUnprivileged(directory, Probe.class)) {
                assertThat(child.ask("acquire " + options + " " + data.resolve("x")))
                        .startsWith("LockRefusedException: cannot lock " + data.resolve("x"))
                        .contains("AccessDeniedException")
                        .contains("make the directory writable, or use the option lockDirectory")
                        .doesNotContain("LEFT BEHIND");
                assertThat(child.ask("acquire - " + data.resolve("new/x")))
                        .startsWith("LockRefusedException: cannot lock " + data.resolve("new/x"))
                        .contains("make the directory writable, or use the option lockDirectory");
                assertThat(files(data)).isEmpty();
                assertThat(child.ask("acquire directory=" + locks + " " + data.resolve("x")))
                        .startsWith("held " + locks.resolve("x~"));
            }
        }

        @Test
        void toSearchTheDirectoryThePathCannotBeResolved() throws Exception {
            Files.setPosixFilePermissions(data, mode("---------"));
            try (Child child = Child.startUnprivileged(directory, Probe.class)) {
                assertThat(child.ask("acquire - " + data.resolve("x")))
                        .startsWith("LockRefusedException: cannot lock " + data.resolve("x"))
                        .contains("its path cannot be resolved")
                        .contains("AccessDeniedException");
            }
        }
    }

    @Nested
    class UnderAnUmask {

        @ParameterizedTest
        @ValueSource(strings = {"000", "027", "077", "377"})
        void theSidecarHasThePermissionsThatWereAskedFor(String umask) throws Exception {
            try (Child child = Child.startUnder(bash("umask " + umask), Probe.class)) {
                for (String wanted : List.of("rw-rw----", "rw-rw-rw-", "rw-------")) {
                    Path file = directory.resolve(wanted);
                    assertThat(child.ask("acquire permissions=" + wanted + " " + file))
                            .isEqualTo("held " + file + ".lock");
                    assertThat(Files.getPosixFilePermissions(directory.resolve(wanted + ".lock")))
                            .isEqualTo(mode(wanted));
                }
                assertThat(files(directory)).containsExactly("rw-------.lock", "rw-rw----.lock", "rw-rw-rw-.lock");
            }
        }

        @Test
        void theSidecarHasWhatTheUmaskLeavesWhereNothingWasAskedFor() throws Exception {
            try (Child child = Child.startUnder(bash("umask 027"), Probe.class)) {
                assertThat(child.ask("acquire - " + directory.resolve("x"))).startsWith("held");
                assertThat(Files.getPosixFilePermissions(directory.resolve("x.lock")))
                        .isEqualTo(mode("rw-r-----"));
            }
        }
    }

    @Nested
    class OutOfDescriptors {

        @ParameterizedTest
        @CsvSource({"-, false", "permissions=rw-rw----, false", "-, true"})
        void theErrorSaysSoAndTheNextAttemptSucceeds(String options, boolean sidecarExists) throws Exception {
            List<String> answers = new ArrayList<>();
            if (sidecarExists) { // Then it is the open that fails, and not the making.
                Files.createFile(directory.resolve("x.lock"));
            }
            try (Child child = Child.startUnder(bash("ulimit -n 100"), Probe.class)) {
                // Once before, and a refusal as well: classes cannot be loaded either, where no file can be opened.
                assertThat(child.ask("acquire " + options + " " + directory.resolve("before")))
                        .startsWith("held");
                Files.createDirectory(directory.resolve("before.lock.lock"));
                assertThat(child.ask("acquire " + options + " " + directory.resolve("before.lock")))
                        .startsWith("LockRefused");
                assertThat(child.ask("exhaust")).isEqualTo("exhausted");
                Path file = directory.resolve("x");
                // One more with each round, so that whichever call needs most of them comes to be the one without.
                do {
                    answers.add(child.ask("acquire " + options + " " + file));
                } while (!answers.get(answers.size() - 1).startsWith("held")
                        && child.ask("free").equals("freed"));
                assertThat(child.ask("free")).as("to be able to look").isEqualTo("freed");
                assertThat(child.ask("free")).isEqualTo("freed");
                assertThat(child.ask("descriptors in " + directory)).isEqualTo("0 open");
            }
            assertThat(answers).hasSizeGreaterThan(1).noneMatch(answer -> answer.contains("LEFT BEHIND"));
            String last = answers.remove(answers.size() - 1);
            assertThat(last).isEqualTo("held " + directory.resolve("x.lock"));
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer)
                            .startsWith("LockRefusedException: cannot lock " + directory.resolve("x"))
                            .contains("Too many open files"));
            assertThat(files(directory)).containsExactly("before.lock", "before.lock.lock", "x.lock");
        }
    }

    @Nested
    class OnAFullDisk {

        /**
         * A real one where the system lets us mount it; elsewhere a bound on the size of files, which refuses writes
         * too.
         */
        private static final String TINY_DISK = """
                if mount -t tmpfs -o size=4k,nr_inodes=16 none "$0" >/dev/null 2>&1; then
                    head -c 4096 /dev/zero > "$0/filler"
                else
                    ulimit -f 0
                fi
                exec "$@"
                """;

        private Child startOn(Path disk) throws IOException {
            List<String> command = new ArrayList<>(List.of("bash", "-c"));
            command.add("if unshare --user --map-root-user --mount true >/dev/null 2>&1; then"
                    + " exec unshare --user --map-root-user --mount bash -c \"$0\" \"$@\"; fi;"
                    + " disk=\"$1\"; shift; ulimit -f 0; exec \"$@\"");
            command.add(TINY_DISK);
            command.add(disk.toString());
            return Child.startUnder(command, Probe.class);
        }

        @Test
        void theLockIsHeldWithoutARecord() throws Exception {
            Path disk = Files.createDirectory(directory.resolve("disk"));
            try (Child child = startOn(disk)) {
                for (int round = 0; round < 2; round++) {
                    assertThat(child.ask("acquire - " + disk.resolve("x"))).isEqualTo("held " + disk.resolve("x.lock"));
                }
                assertThat(child.ask("descriptors in " + disk)).isEqualTo("0 open");
                assertThat(child.ask("acquire silent " + disk.resolve("x"))).startsWith("held");
            }
        }

        @Test
        void aWriteThatTheKernelRefusesCostsNoLock() throws Exception {
            try (Child child = Child.startUnder(bash("ulimit -f 0"), Probe.class)) {
                assertThat(child.ask("acquire - " + directory.resolve("x")))
                        .isEqualTo("held " + directory.resolve("x.lock"));
                assertThat(directory.resolve("x.lock")).isEmptyFile();
                assertThat(child.ask("descriptors in " + directory)).isEqualTo("0 open");
                assertThat(child.ask("acquire silent " + directory.resolve("x")))
                        .startsWith("held");
            }
        }
    }

    @Nested
    class OnAReadOnlyFileSystem {

        private static final String READ_ONLY_DISK = """
                mount -t tmpfs none "$0" && mkdir "$0/with" && : > "$0/with/x.lock" \\
                && mount -o remount,ro "$0" && exec "$@"
                """;

        private static final String OR_WHY_NOT = """
                "$@" || echo "this test mounts a file system: run the build as root, or allow user namespaces"
                """;

        /** In a mount namespace of its own, so that it is gone with the child. */
        private Child startOn(Path disk) throws IOException {
            List<String> command = new ArrayList<>(List.of("bash", "-c", OR_WHY_NOT, "bash", "unshare", "--mount"));
            if (!Child.isRoot()) {
                command.addAll(List.of("--user", "--map-root-user"));
            }
            command.addAll(List.of("bash", "-c", READ_ONLY_DISK, disk.toString()));
            return Child.startUnder(command, Probe.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "with/x", "new/x"})
        void theErrorSaysSoAndNamesTheCure(String name) throws Exception {
            Path disk = Files.createDirectory(directory.resolve("disk"));
            Path locks = directory.resolve("locks");
            try (Child child = startOn(disk)) {
                for (String options : List.of("-", "permissions=rw-rw----")) {
                    assertThat(child.ask("acquire " + options + " " + disk.resolve(name)))
                            .startsWith("LockRefusedException: cannot lock " + disk.resolve(name))
                            .contains("Read-only file system")
                            .contains("use the option lockDirectory")
                            .doesNotContain("LEFT BEHIND");
                }
                assertThat(child.ask("descriptors in " + disk)).isEqualTo("0 open");
                assertThat(child.ask("acquire directory=" + locks + " " + disk.resolve(name)))
                        .startsWith("held " + locks);
            }
        }
    }

    @Nested
    class InAnotherLocale {

        @Test
        void longNamesOfManyBytesACharacterAreLocked() throws Exception {
            try (Child child = Child.startUnder(List.of("env", "LC_ALL=C.UTF-8"), Probe.class)) {
                for (String letter : List.of("ü", "語", "\uD83D\uDD12")) {
                    String name = letter.repeat(255 / letter.getBytes(UTF_8).length);
                    assertThat(child.ask("acquire - " + directory + "/" + name))
                            .startsWith("held " + directory + "/" + letter)
                            .doesNotContain("\uFFFD")
                            .endsWith(".lock");
                }
            }
            assertThat(files(directory)).hasSize(3);
        }
    }
}
