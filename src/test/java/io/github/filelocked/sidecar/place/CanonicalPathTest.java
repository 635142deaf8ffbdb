package io.github.filelocked.sidecar.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every spelling of a file leads to one lock (I1), also before the file exists. */
class CanonicalPathTest {

    private Path root;

    @BeforeEach
    void resolveTheRoot(@TempDir Path temporary) throws IOException {
        root = temporary.toRealPath();
    }

    private static Path file(Path spelling) {
        return CanonicalPath.of(LockTarget.file(spelling));
    }

    private static Path directory(Path spelling) {
        return CanonicalPath.of(LockTarget.directory(spelling));
    }

    private Path made(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private Path link(String name, String target) throws IOException {
        Path link = root.resolve(name);
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, Path.of(target));
    }

    @Nested
    class AnExistingFile {

        @Test
        void hasItsAbsolutePath() throws IOException {
            Path file = made("a/x");
            assertThat(file(file)).isEqualTo(file);
        }

        @Test
        void isFoundFromTheWorkingDirectory() throws IOException {
            Path file = made("a/x");
            Path relative = Path.of("").toRealPath().relativize(file);
            assertThat(relative.isAbsolute()).isFalse();
            assertThat(file(relative)).isEqualTo(file);
        }

        @Test
        void isTheSameThroughDotsAndDoubleDots() throws IOException {
            Path file = made("a/x");
            Files.createDirectories(root.resolve("b"));
            assertThat(file(root.resolve("./a/../b/.././a/./x"))).isEqualTo(file);
        }

        @Test
        void isTheSameThroughALinkedParent() throws IOException {
            Path file = made("a/x");
            link("to-a", "a");
            assertThat(file(root.resolve("to-a/x"))).isEqualTo(file);
        }

        @Test
        void isTheSameThroughALinkToItself() throws IOException {
            Path file = made("a/x");
            assertThat(file(link("b/to-x", "../a/x"))).isEqualTo(file);
        }

        @Test
        void isTheSameWithATrailingSlash() throws IOException {
            Path file = made("a/x");
            assertThat(file(Path.of(file + "/"))).isEqualTo(file);
        }

        @Test
        void isAboveTheLinkedDirectoryAndNotAboveTheLinkAfterADoubleDot() throws IOException {
            Path above = made("far/x");
            made("x");
            Files.createDirectories(root.resolve("far/away"));
            link("near", "far/away");
            assertThat(file(root.resolve("near/../x"))).isEqualTo(above);
        }
    }

    @Nested
    class AFileThatDoesNotExistYet {

        @Test
        void keepsItsPathWhenItIsMade() throws IOException {
            Path before = file(root.resolve("a/b/x"));
            made("a/b/x");
            assertThat(before).isEqualTo(root.resolve("a/b/x"));
            assertThat(file(root.resolve("a/b/x"))).isEqualTo(before);
        }

        @Test
        void isTheSameThroughALinkedParent() throws IOException {
            Files.createDirectories(root.resolve("a"));
            link("to-a", "a");
            assertThat(file(root.resolve("to-a/new/x"))).isEqualTo(root.resolve("a/new/x"));
        }

        @Test
        void isAboveTheLinkedDirectoryAfterADoubleDot() throws IOException {
            Files.createDirectories(root.resolve("far/away"));
            link("near", "far/away");
            assertThat(file(root.resolve("near/../new"))).isEqualTo(root.resolve("far/new"));
        }

        @Test
        void isTheTargetOfADanglingLink() throws IOException {
            Path link = link("b/dangling", "../a/x");
            assertThat(file(link)).isEqualTo(root.resolve("a/x"));
            made("a/x");
            assertThat(file(link)).isEqualTo(root.resolve("a/x"));
        }

        @Test
        void isTheTargetOfADanglingLinkWithAnAbsoluteTarget() throws IOException {
            assertThat(file(link("dangling", root.resolve("a/x").toString()))).isEqualTo(root.resolve("a/x"));
        }

        @Test
        void isFoundThroughALinkAfterMissingNamesAreLeftAgain() throws IOException {
            Files.createDirectories(root.resolve("a"));
            link("to-a", "a");
            assertThat(file(root.resolve("missing/../to-a/x"))).isEqualTo(root.resolve("a/x"));
        }

        @Test
        void isTheSameThroughDotsAndDoubleDots() {
            assertThat(file(root.resolve("./new/./deep/../x"))).isEqualTo(root.resolve("new/x"));
        }

        @Test
        void doesNotClimbOverTheRootDirectory() {
            String up = "/..".repeat(root.getNameCount() + 3);
            assertThat(file(Path.of(root + up + root + "/x"))).isEqualTo(root.resolve("x"));
        }
    }

    @Nested
    class AChainOfLinks {

        private Path chain(int links) throws IOException {
            for (int i = 1; i < links; i++) {
                link("l" + i, "l" + (i + 1));
            }
            link("l" + links, "end");
            return root.resolve("l1");
        }

        @Test
        void isFollowedToItsMissingEndAsFarAsTheSystemWould() throws IOException {
            assertThat(file(chain(40))).isEqualTo(root.resolve("end"));
        }

        @Test
        void isRefusedWhereTheSystemWouldGiveUp() throws IOException {
            Path start = chain(41);
            assertThatThrownBy(() -> file(start))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(start.toString())
                    .hasMessageMatching("(?is).*too many .*symbolic links.*");
        }

        @Test
        void isRefusedWhenItIsALoop() throws IOException {
            link("a", "b");
            Path loop = link("b", "a");
            assertThatThrownBy(() -> file(loop))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(loop.toString());
        }

        @Test
        void isRefusedWhenItIsALoopBehindAMissingName() throws IOException {
            link("a", "b");
            link("b", "a");
            assertThatThrownBy(() -> file(root.resolve("missing/../a/x")))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("too many symbolic links");
        }
    }

    @Nested
    class ADirectory {

        @Test
        void hasItsAbsolutePathWhetherItExistsOrNot() throws IOException {
            Path directory = root.resolve("d");
            assertThat(directory(directory)).isEqualTo(directory);
            Files.createDirectory(directory);
            assertThat(directory(directory)).isEqualTo(directory);
            assertThat(directory(Path.of(directory + "/"))).isEqualTo(directory);
        }

        @Test
        void isTheSameThroughALink() throws IOException {
            Path directory = Files.createDirectory(root.resolve("d"));
            assertThat(directory(link("to-d", "d"))).isEqualTo(directory);
        }

        @Test
        void mayBeTheRootDirectory() {
            assertThat(directory(Path.of("/"))).isEqualTo(Path.of("/"));
            assertThat(directory(Path.of("/.."))).isEqualTo(Path.of("/"));
        }

        @Test
        void isRefusedAsAFile() throws IOException {
            Path directory = Files.createDirectory(root.resolve("d"));
            for (Path spelling : List.of(directory, link("to-d", "d"), Path.of("/"))) {
                assertThatThrownBy(() -> file(spelling))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining(" as a file: it is a directory; use ResourceType.DIRECTORY");
            }
        }
    }

    @Nested
    class AnImpossiblePath {

        @Test
        void isRefusedWhenItIsEmpty() {
            assertThatThrownBy(() -> file(Path.of("")))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("the path to lock is empty");
        }

        @Test
        void isRefusedBelowAFile() throws IOException {
            Path file = made("x");
            for (Path below : List.of(
                    file.resolve("y"),
                    file.resolve("y/z"),
                    file.resolve("../y"),
                    link("to-x", "x").resolve("y"),
                    root.resolve("missing/../x/y"))) {
                assertThatThrownBy(() -> file(below))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining(below.toString())
                        .hasMessageContainingAll("cannot be resolved")
                        .hasMessageMatching("(?is).*not a directory.*");
            }
        }

        @Test
        void isRefusedAsADirectoryWhenItIsAFile() throws IOException {
            Path file = made("x");
            assertThatThrownBy(() -> directory(file))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(file + " as a directory: it is not one; use ResourceType.FILE");
        }

        @Test
        void isRefusedOutsideTheMachinesFileSystem() throws IOException {
            URI zip = URI.create("jar:" + root.resolve("some.zip").toUri());
            try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
                assertThatThrownBy(() -> file(inside.getPath("/x")))
                        .isInstanceOf(LockRefusedException.class)
                        .hasMessageContaining("some.zip")
                        .hasMessageContaining("only files of the machine's own file system");
            }
        }

        @Test
        void isRefusedWhenANameIsTooLong() {
            assertThatThrownBy(() -> file(root.resolve("n".repeat(256))))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("File name too long");
        }
    }
}
