package io.github.filelocked.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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
                    .hasMessageContaining("use a local lockDirectory");
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

    @Nested
    class OnALocalFileSystem {

        @ParameterizedTest
        @ValueSource(
                strings = {"ext4", "xfs", "btrfs", "tmpfs", "overlay", "apfs", "NTFS", "fuse.ntfs-3g", "fuseblk", ""})
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
        void whereTheTypeCannotBeKnownOnlyRefusingRefuses() throws IOException {
            Traces traces = Traces.of(directory);
            Path file = files.path(directory.resolve("x"));
            files.failOn(FaultyFileSystem.Call.STORE, () -> new IOException("Mount point not found"));
            assertThatThrownBy(() -> locks(NetworkPolicy.REFUSE).acquire(file))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("Mount point not found");
            traces.assertNone();
            locks(NetworkPolicy.WARN).acquire(file).close();
            assertThat(logged.messages()).isEmpty();
            traces.assertNoneBut("x.lock");
        }
    }
}
