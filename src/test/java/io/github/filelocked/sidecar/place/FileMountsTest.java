package io.github.filelocked.sidecar.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileMountsTest {

    private Path directory;
    private Logged logged;

    @BeforeEach
    void resolveTheDirectory(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        logged = new Logged();
    }

    @AfterEach
    void stopListening() {
        logged.close();
    }

    private static LockRequest request(LockTarget target) {
        Path lockFile = new SidecarNames(null, ".lock").sidecarOf(target);
        return new LockRequest(target, lockFile, Duration.ZERO, LockOrigin.NONE);
    }

    private FileMounts listing(String... lines) throws IOException {
        return new FileMounts(Files.writeString(directory.resolve("mountinfo"), String.join("\n", lines) + "\n"));
    }

    @Nested
    class AsListed {

        @Test
        void aMountedFileIsRefusedOrWarnedOfOnce() throws IOException {
            FileMounts mounts = listing("36 35 254:0 /srv/f " + directory + "/f rw,relatime - ext4 /dev/vda rw");
            LockRequest request = request(LockTarget.file(directory.resolve("f")));
            assertThatThrownBy(() -> mounts.check(request, NetworkPolicy.REFUSE))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageStartingWith(
                            "refused by networkPolicy: the file " + directory + "/f is mounted by itself")
                    .hasMessageContaining("from /srv/f")
                    .hasMessageContaining("mount the directory that holds it, or use one lockDirectory");
            assertThat(logged.messages()).isEmpty();
            mounts.check(request, NetworkPolicy.ALLOW);
            assertThat(logged.messages()).isEmpty();
            mounts.check(request, NetworkPolicy.WARN);
            mounts.check(request, NetworkPolicy.WARN);
            assertThat(logged.messages()).singleElement().asString().contains("the file " + directory + "/f");
        }

        @Test
        void namesWithBlanksBackslashesAndOtherBytesAreFound() throws IOException {
            FileMounts mounts = listing(
                    "36 35 254:0 /f " + directory + "/a\\040b rw - ext4 /dev/vda rw",
                    "37 35 254:0 /f " + directory + "/a\\134040b rw - ext4 /dev/vda rw");
            assertThat(mounts.isMountPoint(directory.resolve("a b"))).isTrue();
            assertThat(mounts.isMountPoint(directory.resolve("a\\040b"))).isTrue();
            assertThat(mounts.isMountPoint(directory.resolve("ab"))).isFalse();
        }

        @Test
        void neighboursAndFilesBelowAreFree() throws IOException {
            FileMounts mounts =
                    listing("36 35 254:0 /srv " + directory + "/d rw,relatime - ext4 /dev/vda rw", "short line");
            for (String free : List.of("d/f", "d2", "e/d")) {
                mounts.check(request(LockTarget.file(directory.resolve(free))), NetworkPolicy.REFUSE);
            }
            assertThatThrownBy(() ->
                            mounts.check(request(LockTarget.directory(directory.resolve("d"))), NetworkPolicy.REFUSE))
                    .hasMessageContaining("the directory " + directory + "/d is mounted by itself");
        }

        @Test
        void aWholeFileSystemIsFree() throws IOException {
            FileMounts mounts = listing("36 35 254:0 / " + directory + "/d rw,relatime - ext4 /dev/vda rw");
            mounts.check(request(LockTarget.directory(directory.resolve("d"))), NetworkPolicy.REFUSE);
            mounts.check(request(LockTarget.directory(Path.of("/"))), NetworkPolicy.REFUSE);
        }

        @Test
        void aSharedLockDirectoryIsAccepted() throws IOException {
            FileMounts mounts = listing("36 35 254:0 /srv/f " + directory + "/f rw,relatime - ext4 /dev/vda rw");
            LockTarget target = LockTarget.file(directory.resolve("f"));
            mounts.check(
                    new LockRequest(target, Path.of("/locks/mounted.lock"), Duration.ZERO, LockOrigin.NONE),
                    NetworkPolicy.REFUSE);
        }

        @Test
        void aSystemWithoutAListHasNoSuchFiles() {
            FileMounts mounts = new FileMounts(directory.resolve("missing"));
            mounts.check(request(LockTarget.file(directory.resolve("f"))), NetworkPolicy.REFUSE);
        }
    }

    @Nested
    class AsMounted {

        private final List<Path> mounted = new ArrayList<>();

        private Path mount(Path source, Path target) throws IOException {
            Child.run(Child.rootPrefix(), "mount", "--bind", source.toString(), target.toString());
            mounted.add(target);
            return target;
        }

        @AfterEach
        void unmount() throws IOException {
            for (Path each : mounted) {
                Child.run(Child.rootPrefix(), "umount", each.toString());
            }
        }

        @Test
        void aFileThatIsMountedByItselfIsTold() throws IOException {
            Path source = Files.createFile(directory.resolve("source"));
            Path other = Files.createDirectory(directory.resolve("private dir"));
            Path file = mount(source, Files.createFile(other.resolve("my f")));
            FileMounts mounts = new FileMounts();
            assertThat(mounts.isMountPoint(file)).isTrue();
            assertThat(mounts.isMountPoint(source)).isFalse();
            assertThatThrownBy(() -> mounts.check(request(LockTarget.file(file)), NetworkPolicy.REFUSE))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(file.toString());
            mounts.check(request(LockTarget.file(source)), NetworkPolicy.REFUSE);
        }

        @Test
        void filesOfADirectoryThatIsMountedAreFree() throws IOException {
            Path source = Files.createDirectory(directory.resolve("a"));
            Path target = mount(source, Files.createDirectory(directory.resolve("b")));
            new FileMounts().check(request(LockTarget.file(target.resolve("f"))), NetworkPolicy.REFUSE);
        }
    }
}
