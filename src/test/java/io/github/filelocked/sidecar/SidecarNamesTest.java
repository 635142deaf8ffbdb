package io.github.filelocked.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No two resources share a sidecar (I1, I14). */
class SidecarNamesTest {

    private static FileSystem unicode;
    private static Path directory;

    /** A zip file's paths hold every character, where those of the machine hold only what its locale allows. */
    @BeforeAll
    static void openAFileSystemOfAllCharacters(@TempDir Path temporary) throws IOException {
        URI zip = URI.create("jar:" + temporary.resolve("names.zip").toUri());
        unicode = FileSystems.newFileSystem(zip, Map.of("create", "true"));
        directory = unicode.getPath("/work");
    }

    @AfterAll
    static void closeIt() throws IOException {
        unicode.close();
    }

    private static final SidecarNames BESIDE = new SidecarNames(null);

    private static String file(String name) {
        return name(BESIDE.sidecarOf(LockTarget.file(directory.resolve(name))));
    }

    private static String directory(String name) {
        return name(BESIDE.sidecarOf(LockTarget.directory(directory.resolve(name))));
    }

    private static String name(Path sidecar) {
        return sidecar.getFileName().toString();
    }

    private static int bytes(String name) {
        return name.getBytes(UTF_8).length;
    }

    @Nested
    class BesideTheResource {

        @Test
        void aFileHasItsNameAndDotLock() {
            assertThat(BESIDE.sidecarOf(LockTarget.file(directory.resolve("x"))))
                    .isEqualTo(directory.resolve("x.lock"));
            assertThat(file("counter.txt")).isEqualTo("counter.txt.lock");
            assertThat(file("x.lock")).isEqualTo("x.lock.lock");
            assertThat(file(".hidden")).isEqualTo(".hidden.lock");
        }

        @Test
        void aDirectoryHasItsBesideIt() {
            assertThat(BESIDE.sidecarOf(LockTarget.directory(directory.resolve("d"))))
                    .isEqualTo(directory.resolve("d.dir.lock"));
        }

        @Test
        void theRootDirectoryHasItsInside() {
            assertThat(BESIDE.sidecarOf(LockTarget.directory(Path.of("/")))).isEqualTo(Path.of("/.dir.lock"));
        }

        @Test
        void theModeMakesNoDifference() {
            LockTarget target = LockTarget.file(directory.resolve("x"));
            assertThat(BESIDE.sidecarOf(target.shared())).isEqualTo(BESIDE.sidecarOf(target));
        }

        @Test
        void aFileWhoseNameLooksLikeADirectorysSidecarHasAnotherOne() {
            assertThat(file("x.dir")).isEqualTo("x.dir.file.lock").isNotEqualTo(directory("x"));
            assertThat(file("x.dir.file")).isEqualTo("x.dir.file.file.lock").isNotEqualTo(file("x.dir"));
        }
    }

    @Nested
    class LongNames {

        @Test
        void arePlainAsLongAsTheyFit() {
            assertThat(file("n".repeat(250))).isEqualTo("n".repeat(250) + ".lock");
            assertThat(directory("n".repeat(246))).isEqualTo("n".repeat(246) + ".dir.lock");
        }

        @Test
        void areShortenedToWhatAFileSystemTakes() {
            for (String letter : List.of("n", "ü", "語", "\uD83D\uDD12")) {
                for (int bytes = 240; bytes <= 255; bytes++) {
                    String name = letter.repeat(bytes / bytes(letter));
                    assertThat(bytes(file(name))).isLessThanOrEqualTo(255);
                    assertThat(bytes(directory(name))).isLessThanOrEqualTo(255);
                    assertThat(file(name) + directory(name)).doesNotContain("\uFFFD", "?");
                }
            }
        }

        @Test
        void keepAsMuchOfThemselvesAsFits() {
            assertThat(file("n".repeat(251))).hasSize(255);
            assertThat(directory("n".repeat(247))).hasSize(255);
        }

        @Test
        void thatDifferAtTheirEndHaveDifferentSidecars() {
            assertThat(file("n".repeat(254) + "a")).isNotEqualTo(file("n".repeat(254) + "b"));
        }

        @Test
        void canBeMadeAndLocked(@TempDir Path temporary) throws IOException {
            Path file = Files.createFile(temporary.toRealPath().resolve("n".repeat(255)));
            try (HeldLock lock = FileLocks.create().acquire(file)) {
                assertThat(lock.path()).isEqualTo(file);
                assertThat(lock.lockFile()).exists().hasParent(file.getParent());
            }
        }
    }

    @Nested
    class OverManyNames {

        /** Names made of the parts that sidecars are made of, short and long, and the sidecars' own names. */
        private Set<String> names() {
            List<String> parts = List.of(
                    ".dir", ".file", ".lock", "~", "x", "ü", "0123456789abcdef0123456789abcdef", "n".repeat(120));
            Random random = new Random(20261123);
            Set<String> names = new TreeSet<>(Set.of("x", "x.dir", "x.file", "x.dir.file", "x.dir.lock"));
            while (names.size() < 2_000) {
                StringBuilder name = new StringBuilder();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    name.append(parts.get(random.nextInt(parts.size())));
                }
                if (bytes(name.toString()) <= 255) {
                    names.add(name.toString());
                }
            }
            // What the engine makes out of a name is the likeliest to meet it: N.lock without .lock, shortened or not.
            List<String> derived = new ArrayList<>();
            for (String name : names) {
                for (String sidecar : List.of(file(name), directory(name))) {
                    derived.add(sidecar);
                    derived.add(sidecar.substring(0, sidecar.length() - ".lock".length()));
                    derived.add(sidecar.replace(".dir.lock", "")
                            .replace(".file.lock", "")
                            .replace(".lock", ""));
                }
            }
            derived.stream()
                    .filter(name -> !name.isEmpty() && bytes(name) <= 255)
                    .forEach(names::add);
            return names;
        }

        private List<LockTarget> targets() {
            return names().stream()
                    .map(directory::resolve)
                    .flatMap(path -> List.of(LockTarget.file(path), LockTarget.directory(path)).stream())
                    .toList();
        }

        private void assertAllDiffer(SidecarNames names) {
            Map<Path, LockTarget> seen = new HashMap<>();
            List<String> clashes = new ArrayList<>();
            for (LockTarget target : targets()) {
                Path sidecar = names.sidecarOf(target);
                LockTarget other = seen.putIfAbsent(sidecar, target);
                if (other != null || bytes(name(sidecar)) > 255) {
                    clashes.add(sidecar + " stands for " + target + " and for " + other);
                }
            }
            assertThat(seen).hasSizeGreaterThan(10_000);
            assertThat(clashes).isEmpty();
        }

        @Test
        void noTwoSidecarsBesideTheirResourcesAreTheSame() {
            assertAllDiffer(BESIDE);
        }

        @Test
        void noTwoSidecarsInOneDirectoryAreTheSame() {
            assertAllDiffer(new SidecarNames(unicode.getPath("/locks")));
        }
    }

    @Nested
    class InALockDirectory {

        private final Path locks = unicode.getPath("/locks");
        private final SidecarNames names = new SidecarNames(locks);

        @Test
        void equalNamesInDifferentDirectoriesHaveDifferentSidecars() {
            Path one = names.sidecarOf(LockTarget.file(unicode.getPath("/a/x.csv")));
            Path other = names.sidecarOf(LockTarget.file(unicode.getPath("/b/x.csv")));
            assertThat(one).isNotEqualTo(other).hasParentRaw(locks);
            assertThat(other).hasParentRaw(locks);
        }

        @Test
        void aSidecarStillShowsTheNameOfItsResource() {
            assertThat(name(names.sidecarOf(LockTarget.file(directory.resolve("x.csv")))))
                    .matches("x\\.csv~[0-9a-f]{32}\\.lock");
            assertThat(name(names.sidecarOf(LockTarget.directory(directory.resolve("d")))))
                    .matches("d~[0-9a-f]{32}\\.dir\\.lock");
        }

        @Test
        void aNameStaysTheSameForAllVersionsOfThisLibrary() {
            // A program with another version would otherwise look at another sidecar, and exclude nobody.
            assertThat(name(names.sidecarOf(LockTarget.file(unicode.getPath("/a/x.csv")))))
                    .isEqualTo("x.csv~4496c984d2ff99b0ff6df209f5bdfde4.lock");
        }

        @Test
        void theRootDirectoryHasOneToo() {
            assertThat(names.sidecarOf(LockTarget.directory(unicode.getPath("/"))))
                    .hasParentRaw(locks);
        }
    }
}
