package io.github.filelocked.sidecar.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.fixture.Child;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Probe;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import io.github.filelocked.lock.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class NetworkFileSystemsTest {

    private final List<Path> asked = new ArrayList<>();
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

    private NetworkFileSystems of(NetworkPolicy policy, String type) {
        return new NetworkFileSystems(policy, asking -> {
            asked.add(asking);
            return type;
        });
    }

    @Nested
    class OnANetworkFileSystem {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "nfs",
                    "nfs4",
                    "NFS",
                    "cifs",
                    "smb3",
                    "9p",
                    "ceph",
                    "lustre",
                    "fuse.sshfs",
                    "fuse.s3fs",
                    "fuse.glusterfs"
                })
        void refusingIsRefused(String type) {
            assertThatThrownBy(() -> of(NetworkPolicy.REFUSE, type).check(directory))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageStartingWith("refused by networkPolicy: ")
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("(" + type + ")")
                    .hasMessageContaining("are on a network file system")
                    .hasMessageContaining("use a local lockDirectory")
                    .extracting(refused -> ((LockRefusedException) refused).reason())
                    .isEqualTo(Reason.NETWORK_FILE_SYSTEM);
            assertThat(logged.messages()).isEmpty();
        }

        @Test
        void refusingIsRefusedEachTime() {
            NetworkFileSystems network = of(NetworkPolicy.REFUSE, "nfs");
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> network.check(directory)).isInstanceOf(LockRefusedException.class);
            }
        }

        @Test
        void warningIsLoggedOnceForEachType() throws IOException {
            NetworkFileSystems network = of(NetworkPolicy.WARN, "nfs");
            network.check(directory);
            network.check(directory);
            network.check(directory.resolve("other"));
            assertThat(logged.messages()).hasSize(1);
            assertThat(logged.messages().get(0))
                    .startsWith("WARNING lock files in " + directory + " are on a network file system (nfs)")
                    .contains("networkPolicy ALLOW");
        }

        @Test
        void allowingDoesNotEvenAsk() throws IOException {
            of(NetworkPolicy.ALLOW, "nfs").check(directory);
            assertThat(asked).isEmpty();
            assertThat(logged.messages()).isEmpty();
        }
    }

    /** I25: its locks may be local to one host, or to one way to the files. */
    @Nested
    class OnAnUnknownFileSystem {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "fuse",
                    "fuse.gcsfuse",
                    "fuse.rclone",
                    "fuse.blobfuse2",
                    "fuse.juicefs",
                    "fuse.JuiceFS",
                    "fuse.ceph-fuse",
                    "fuse.mfs",
                    "fuse.seaweedfs",
                    "fuse.fuse-nfs",
                    "fuse.fuse_dfs",
                    "fuse.hdfs",
                    "fuse.bindfs",
                    "fuse.mergerfs",
                    "fuse.encfs",
                    "fuse.grpcfuse",
                    "fuse.vmhgfs-fuse",
                    "macfuse",
                    "osxfuse",
                    "virtiofs",
                    "vboxsf",
                    ""
                })
        void refusingIsRefusedAndWarningWarns(String type) throws IOException {
            assertThatThrownBy(() -> of(NetworkPolicy.REFUSE, type).check(directory))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageStartingWith("refused by networkPolicy: ")
                    .hasMessageContaining("(" + type + ")")
                    .hasMessageContaining("not known to be local")
                    .hasMessageContaining("use a local lockDirectory")
                    .extracting(refused -> ((LockRefusedException) refused).reason())
                    .isEqualTo(Reason.UNKNOWN_FILE_SYSTEM);
            assertThat(logged.messages()).isEmpty();
            of(NetworkPolicy.WARN, type).check(directory);
            assertThat(logged.messages())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("WARNING lock files in " + directory)
                            .contains("not known to be local", "(" + type + ")", "networkPolicy ALLOW"));
        }

        /** A real one, in a mount namespace of its own, which ends with the child. */
        @Test
        @Tag("process")
        void aDirectoryOfBindfsIsOne() throws Exception {
            Path mounted = Files.createDirectory(directory.resolve("mounted"));
            Path original = Files.createDirectory(directory.resolve("original"));
            List<String> inBindfs = new ArrayList<>(Child.rootPrefix());
            inBindfs.addAll(List.of(
                    "unshare",
                    "--mount",
                    "bash",
                    "-c",
                    "bindfs \"$0\" \"$1\" && shift && exec \"$@\"",
                    original.toString(),
                    mounted.toString()));
            try (Child child = Child.startUnder(inBindfs, Probe.class)) {
                assertThat(child.ask("acquire refusing " + mounted.resolve("x")))
                        .startsWith("LockRefusedException: refused by networkPolicy: ")
                        .contains("not known to be local (fuse");
                assertThat(child.ask("acquire - " + mounted.resolve("x"))).startsWith("held ");
                assertThat(child.ask("acquire refusing " + original.resolve("x")))
                        .startsWith("held ");
            }
        }
    }

    @Nested
    class OnALocalFileSystem {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ext4",
                    "xfs",
                    "btrfs",
                    "tmpfs",
                    "overlay",
                    "apfs",
                    "NTFS",
                    "fuse.ntfs-3g",
                    "fuseblk",
                    "fuse.fuse-overlayfs",
                    "fuse.fuse2fs"
                })
        void nothingIsSaid(String type) throws IOException {
            of(NetworkPolicy.REFUSE, type).check(directory);
            of(NetworkPolicy.WARN, type).check(directory);
            assertThat(logged.messages()).isEmpty();
        }

        @Test
        void aDirectoryIsLookedAtOnce() throws IOException {
            NetworkFileSystems network = of(NetworkPolicy.WARN, "ext4");
            network.check(directory);
            network.check(directory);
            assertThat(asked).containsExactly(directory);
        }

        @Test
        void aMissingDirectoryIsJudgedByTheOneInWhichItWillBeMade() throws IOException {
            of(NetworkPolicy.WARN, "ext4").check(directory.resolve("a/b/c"));
            assertThat(asked).containsExactly(directory);
        }

        @Test
        void manyDirectoriesAreNotRememberedForEver() throws IOException {
            NetworkFileSystems network = of(NetworkPolicy.WARN, "ext4");
            for (int i = 0; i <= 1_000; i++) {
                network.check(directory.resolve("d" + i));
            }
            asked.clear();
            network.check(directory.resolve("d0"));
            assertThat(asked).hasSize(1);
        }
    }

    @Nested
    class OfAnAttempt {

        private final FaultyFileSystem files = new FaultyFileSystem();

        private FileLocks locks(NetworkPolicy policy) {
            return FileLocks.builder().networkPolicy(policy).build();
        }

        @Test
        void aRefusalLeavesNothingBehind() throws IOException {
            files.storeType("nfs4");
            Traces traces = Traces.of(directory);
            assertThatThrownBy(() -> locks(NetworkPolicy.REFUSE).acquire(files.path(directory.resolve("new/x"))))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("nfs4");
            traces.assertNone();
        }

        @Test
        void aWarningLocks() throws IOException {
            files.storeType("nfs4");
            locks(NetworkPolicy.WARN)
                    .acquire(files.path(directory.resolve("x")))
                    .close();
            assertThat(logged.messages()).hasSize(1);
            locks(NetworkPolicy.ALLOW)
                    .acquire(files.path(directory.resolve("x")))
                    .close();
            assertThat(logged.messages()).hasSize(1);
            Traces.assertNothingHeldIn(directory);
        }

        @Test
        void whereTheTypeCannotBeToldRefusingRefusesAndWarningWarns() throws IOException {
            Traces traces = Traces.of(directory);
            Path file = files.path(directory.resolve("x"));
            files.failOn(FaultyFileSystem.Call.STORE, () -> new IOException("Mount point not found"));
            assertThatThrownBy(() -> locks(NetworkPolicy.REFUSE).acquire(file))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("Mount point not found")
                    .hasCauseInstanceOf(IOException.class);
            traces.assertNone();
            locks(NetworkPolicy.WARN).acquire(file).close();
            assertThat(logged.messages())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("its type cannot be told: Mount point not found"));
            traces.assertNoneBut("x.lock");
        }
    }
}
