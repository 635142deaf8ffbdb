package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users who share a file. They need no names: to the kernel they are numbers. It takes root to be several. */
@Tag("process")
@Timeout(60)
class SeveralUsersTest {

    private static final int ANN = 54321;
    private static final int BOB = 54322;
    private static final int GROUP = 54320;

    private Path directory;
    private Path data;
    private Path file;
    private Path sidecar;

    @BeforeEach
    void openTheDirectoryToAll(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        data = Files.createDirectory(directory.resolve("data"));
        file = data.resolve("x");
        sidecar = data.resolve("x.lock");
    }

    @AfterEach
    void makeItDeletable() throws IOException {
        Child.run(Child.rootPrefix(), "chown", "-R", ownUser(), directory.toString());
    }

    private String ownUser() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    }

    /** With an umask that would keep all others out. */
    private Child start(int user) throws IOException {
        return Child.startAs(directory, user, GROUP, "077", Probe.class);
    }

    private static void assertTheyExcludeEachOther(Child first, Child second, String command, Path file)
            throws Exception {
        for (Child[] pair : new Child[][] {{first, second}, {second, first}}) {
            assertThat(pair[0].ask("hold " + command + " " + file)).isEqualTo("held " + file + ".lock");
            assertThat(pair[1].ask("acquire " + command + " " + file))
                    .startsWith("LockNotAcquiredException: " + file + " is locked by another holder")
                    .doesNotContain("LEFT BEHIND");
            assertThat(pair[0].ask("drop")).isEqualTo("dropped");
            assertThat(pair[1].ask("acquire " + command + " " + file)).isEqualTo("held " + file + ".lock");
        }
    }

    @Nested
    class OfOneGroup {

        @BeforeEach
        void giveTheDirectoryToTheGroup() throws IOException {
            Child.run(Child.rootPrefix(), "chown", ANN + ":" + GROUP, data.toString());
            Child.run(Child.rootPrefix(), "chmod", "2770", data.toString());
        }

        @Test
        void excludeEachOtherWithTheRightPermissionsWhateverTheUmask() throws Exception {
            try (Child ann = start(ANN);
                    Child bob = start(BOB)) {
                assertTheyExcludeEachOther(ann, bob, "permissions=rw-rw----", file);
            }
        }

        @Test
        void areToldTheOwnerAndTheCureWithoutThem() throws Exception {
            try (Child ann = start(ANN);
                    Child bob = start(BOB)) {
                assertThat(ann.ask("acquire - " + file)).isEqualTo("held " + sidecar);
                assertThat(bob.ask("acquire - " + file))
                        .startsWith("LockRefusedException: cannot lock " + file)
                        .contains("it belongs to " + ANN + " (group " + GROUP + ") and has mode rw-------")
                        .contains("chmod g+rw", "lockFilePermissions")
                        .doesNotContain("LEFT BEHIND");
            }
        }
    }

    @Nested
    class OfAStickyDirectory {

        @BeforeEach
        void makeItOneOfRoot() throws IOException {
            Child.run(Child.rootPrefix(), "chown", "0:0", data.toString());
            Child.run(Child.rootPrefix(), "chmod", "1777", data.toString());
        }

        /** As in {@code /tmp}, where the kernel (fs.protected_regular) forbids opens with O_CREAT: there are none. */
        @Test
        void excludeEachOther() throws Exception {
            try (Child ann = start(ANN);
                    Child bob = start(BOB)) {
                assertTheyExcludeEachOther(ann, bob, "permissions=rw-rw-rw-", file);
                assertThat(Files.getAttribute(sidecar, "unix:uid")).isEqualTo(ANN);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"-", "permissions=rw-rw-rw-"})
        void areToldTheOwnerAndTheCureIfTheSidecarIsNotForThem(String options) throws Exception {
            try (Child ann = start(ANN);
                    Child bob = start(BOB)) {
                assertThat(ann.ask("acquire - " + file)).isEqualTo("held " + sidecar);
                assertThat(bob.ask("acquire " + options + " " + file))
                        .startsWith("LockRefusedException: cannot lock " + file)
                        .contains("AccessDeniedException: " + sidecar)
                        .contains("it belongs to " + ANN)
                        .contains("give us write permission on it")
                        .doesNotContain("LEFT BEHIND");
            }
        }
    }
}
