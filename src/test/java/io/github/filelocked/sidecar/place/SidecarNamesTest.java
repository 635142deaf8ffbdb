package io.github.filelocked.sidecar.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No two resources share a sidecar (I1, I14). */
class SidecarNamesTest {

    private static Path directory;

    @BeforeAll
    static void makeADirectoryWithAFile(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
        Files.createFile(directory.resolve("a file"));
    }

    private static final SidecarNames BESIDE = new SidecarNames(null, ".lock");

    /** A name by its bytes, each of them a character: of no charset, as a directory stream gives it. */
    private static Path named(String bytes) {
        StringBuilder uri = new StringBuilder("file:///");
        for (byte each : bytes.getBytes(ISO_8859_1)) {
            uri.append("%%%02x".formatted(each));
        }
        return directory.resolve(Path.of(URI.create(uri.toString())).getFileName());
    }

    private static Path decoded(String name) {
        return named(new String(name.getBytes(UTF_8), ISO_8859_1));
    }

    private static String file(String name) {
        return name(BESIDE.sidecarOf(LockTarget.file(decoded(name))));
    }

    private static String directory(String name) {
        return name(BESIDE.sidecarOf(LockTarget.directory(decoded(name))));
    }

    private static String name(Path sidecar) {
        return new String(bytesOf(sidecar).getBytes(ISO_8859_1), UTF_8);
    }

    private static String bytesOf(Path path) {
        String raw = path.toUri().getRawPath();
        return URLDecoder.decode(raw.substring(raw.lastIndexOf('/') + 1).replace("+", "%2B"), ISO_8859_1);
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
                    assertThat(file(name) + directory(name)).doesNotContain("\uFFFD");
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

        /**
         * Names made of the parts that sidecars are made of, short and long, and the sidecars' own names; as bytes, of
         * which some are of no charset.
         */
        private Set<String> names() {
            List<String> parts = List.of(
                    ".dir",
                    ".file",
                    ".lock",
                    "~",
                    "x",
                    "\u00C3\u00BC",
                    "\u00E4",
                    "\u00F6",
                    "0123456789abcdef0123456789abcdef",
                    "n".repeat(120));
            Random random = new Random(20261123);
            Set<String> names = new TreeSet<>(Set.of("x", "x.dir", "x.file", "x.dir.file", "x.dir.lock"));
            while (names.size() < 2_000) {
                StringBuilder name = new StringBuilder();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    name.append(parts.get(random.nextInt(parts.size())));
                }
                if (name.length() <= 255) {
                    names.add(name.toString());
                }
            }
            // What the engine makes out of a name is the likeliest to meet it: N.lock without .lock, shortened or not.
            List<String> derived = new ArrayList<>();
            for (String name : names) {
                for (LockTarget target : List.of(LockTarget.file(named(name)), LockTarget.directory(named(name)))) {
                    String sidecar = bytesOf(BESIDE.sidecarOf(target));
                    derived.add(sidecar);
                    derived.add(sidecar.substring(0, sidecar.length() - ".lock".length()));
                    derived.add(sidecar.replace(".dir.lock", "")
                            .replace(".file.lock", "")
                            .replace(".lock", ""));
                }
            }
            derived.stream()
                    .filter(name -> !name.isEmpty() && name.length() <= 255)
                    .forEach(names::add);
            return names;
        }

        private List<LockTarget> targets() {
            return names().stream()
                    .map(SidecarNamesTest::named)
                    .flatMap(path -> List.of(LockTarget.file(path), LockTarget.directory(path)).stream())
                    .toList();
        }

        private void assertAllDiffer(SidecarNames names) {
            Map<Path, LockTarget> seen = new HashMap<>();
            List<String> clashes = new ArrayList<>();
            for (LockTarget target : targets()) {
                Path sidecar = names.sidecarOf(target);
                LockTarget other = seen.putIfAbsent(sidecar, target);
                if (other != null || bytesOf(sidecar).length() > 255) {
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
            assertAllDiffer(new SidecarNames(Path.of("/locks"), ".lock"));
        }
    }

    @Nested
    class NamesOfNoCharset {

        @Test
        void haveASidecarEach() {
            assertThat(bytesOf(BESIDE.sidecarOf(LockTarget.file(named("\u00E4.csv")))))
                    .isEqualTo("\u00E4.csv.lock");
            assertThat(bytesOf(BESIDE.sidecarOf(LockTarget.directory(named("\u00F6")))))
                    .isEqualTo("\u00F6.dir.lock");
        }

        @Test
        void keepTheBytesOfTheirDirectory() {
            Path file = named("\u00E4").resolve("x.csv");
            assertThat(BESIDE.sidecarOf(LockTarget.file(file)).getParent()).isEqualTo(named("\u00E4"));
        }

        @Test
        void areLockedApart() throws Exception {
            FileLocks locks = FileLocks.create();
            Path one = Files.createFile(named("\u00E4.csv"));
            Path other = Files.createFile(named("\u00F6.csv"));
            try (HeldLock lock = locks.acquire(one)) {
                InThread.call(
                        () -> locks.tryAcquire(other).map(Object::toString).orElseThrow());
                assertThat(InThread.call(() -> locks.tryAcquire(one))).isEmpty();
                assertThat(lock.lockFile()).isRegularFile();
            }
        }
    }

    @Nested
    class WithAnotherSuffix {

        private final SidecarNames names = new SidecarNames(null, ".lck");

        @Test
        void endInIt() {
            assertThat(name(names.sidecarOf(LockTarget.file(directory.resolve("x")))))
                    .isEqualTo("x.lck");
            assertThat(name(names.sidecarOf(LockTarget.directory(directory.resolve("x")))))
                    .isEqualTo("x.dir.lck");
            assertThat(name(names.sidecarOf(LockTarget.file(directory.resolve("x.dir")))))
                    .isEqualTo("x.dir.file.lck");
        }

        @Test
        void areAcceptedInsideGit() {
            assertThat(name(names.sidecarOf(LockTarget.file(directory.resolve(".git/config")))))
                    .isEqualTo("config.lck");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ".", "lock", ".a/b", "./x", ".a.b", ".\u00FC", ".12345678901234567", " .x", ".x "})
        void areRejectedUnlessItIsOneShortExtension(String suffix) {
            assertThatThrownBy(() -> FileLocks.builder().lockFileSuffix(suffix))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lockFileSuffix: \"" + suffix + "\"");
        }
    }

    @Nested
    @DisplayName("Where the existence of x.lock means something to another program")
    class WhereALockFileMeansSomethingElse {

        private void assertRejected(Path file, String reader) {
            assertThatThrownBy(() -> FileLocks.create().acquire(file))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("cannot lock " + file)
                    .hasMessageContaining(reader)
                    .hasMessageContaining("lockFileSuffix");
            assertThatThrownBy(() -> FileLocks.create().lockFile(file)).isInstanceOf(LockRefusedException.class);
            assertThat(file.resolveSibling(file.getFileName() + ".lock")).doesNotExist();
        }

        @Test
        void gitsOwnFilesAreRejected() throws IOException {
            Path git = Files.createDirectories(directory.resolve("project/.git/refs"));
            assertRejected(git.resolveSibling("config"), "git takes");
            assertRejected(git.resolve("heads/main"), "git takes");
            try (HeldLock lock =
                    FileLocks.builder().lockFileSuffix(".lck").build().acquire(git.resolveSibling("config"))) {
                assertThat(lock.lockFile()).isEqualTo(git.resolveSibling("config.lck"));
            }
        }

        @Test
        void thoseOfABareRepositoryAreRejected() throws IOException {
            Path bare = Files.createDirectories(directory.resolve("bare.git/objects"))
                    .getParent();
            assertThat(FileLocks.create().lockFile(bare.resolve("config"))).isEqualTo(bare.resolve("config.lock"));
            Files.createFile(bare.resolve("HEAD"));
            assertRejected(bare.resolve("config"), "git takes");
        }

        @Test
        void usersAndMailAreRejected() {
            assertRejected(Path.of("/etc/passwd"), "user management");
            assertRejected(Path.of("/var/mail/nobody-here"), "mail programs");
        }

        @Test
        void namesThatOnlyResembleThemAreAccepted() {
            for (String name : List.of(".github/x", ".gitignore", "x.git", "my.git/x", "Cargo.lock")) {
                assertThat(FileLocks.create().lockFile(directory.resolve(name)))
                        .isEqualTo(directory.resolve(name + ".lock"));
            }
        }

        @Test
        void aLockDirectoryElsewhereIsAccepted() throws IOException {
            Path git = Files.createDirectories(directory.resolve("other/.git"));
            FileLocks there = FileLocks.builder()
                    .lockDirectory(directory.resolve("locks"))
                    .build();
            assertThat(there.lockFile(git.resolve("config"))).hasParentRaw(directory.resolve("locks"));
        }
    }

    @Nested
    class OnAFileSystemOfShortNames {

        @Test
        void areCutToItsLimit() {
            FaultyFileSystem files = new FaultyFileSystem();
            files.storeType("ecryptfs");
            for (int length = 130; length <= 143; length++) {
                LockTarget target = LockTarget.file(files.path(directory.resolve("n".repeat(length))));
                String sidecar = name(BESIDE.sidecarOf(target));
                assertThat(sidecar).hasSizeLessThanOrEqualTo(143);
                assertThat(sidecar.contains("~")).isEqualTo(length > 138);
                String there = name(new SidecarNames(files.path(directory), ".lock").sidecarOf(target));
                assertThat(there).hasSizeLessThanOrEqualTo(143);
            }
            files.storeType("");
            assertThat(name(BESIDE.sidecarOf(LockTarget.file(files.path(directory.resolve("n".repeat(143)))))))
                    .isEqualTo("n".repeat(143) + ".lock");
        }
    }

    @Nested
    class InALockDirectory {

        private final Path locks = Path.of("/locks");
        private final SidecarNames names = new SidecarNames(locks, ".lock");

        private Path made(String name) throws IOException {
            return Files.createDirectories(directory.resolve(name));
        }

        @Test
        void equalNamesInDifferentDirectoriesHaveDifferentSidecars() throws IOException {
            Path one = names.sidecarOf(LockTarget.file(made("a").resolve("x.csv")));
            Path other = names.sidecarOf(LockTarget.file(made("b").resolve("x.csv")));
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
        void aNameStaysTheSameForAllVersionsOfThisLibrary() throws Exception {
            // A program with another version would otherwise look at another sidecar, and exclude nobody.
            String identity = Files.getAttribute(directory, "unix:dev") + ":"
                    + Files.getAttribute(directory, "unix:ino") + "/x.csv";
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(UTF_8));
            assertThat(name(names.sidecarOf(LockTarget.file(directory.resolve("x.csv")))))
                    .isEqualTo("x.csv~" + HexFormat.of().formatHex(hash, 0, 16) + ".lock");
        }

        @Test
        void aRenamedDirectoryKeepsTheSidecarsOfItsFiles() throws IOException {
            Path before = names.sidecarOf(LockTarget.file(made("before").resolve("x")));
            Path renamed = Files.move(directory.resolve("before"), directory.resolve("after"));
            assertThat(names.sidecarOf(LockTarget.file(renamed.resolve("x")))).isEqualTo(before);
        }

        @Test
        void theRootDirectoryHasOneToo() {
            assertThat(names.sidecarOf(LockTarget.directory(Path.of("/")))).hasParentRaw(locks);
        }

        @ParameterizedTest
        @ValueSource(strings = {"vfat", "exfat", "fuse", "fuse.sshfs", "fuseblk"})
        void whereInodeNumbersAreMadeUpThePathIsTheIdentity(String type) throws Exception {
            FaultyFileSystem files = new FaultyFileSystem();
            files.storeType(type);
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((directory + "/x.csv").toLowerCase(Locale.ROOT).getBytes(UTF_8));
            byte[] asItIs = MessageDigest.getInstance("SHA-256").digest((directory + "/x.csv").getBytes(UTF_8));
            assertThat(name(names.sidecarOf(LockTarget.file(files.path(directory.resolve("x.csv"))))))
                    .isIn(
                            "x.csv~" + HexFormat.of().formatHex(hash, 0, 16) + ".lock",
                            "x.csv~" + HexFormat.of().formatHex(asItIs, 0, 16) + ".lock");
        }

        @Test
        void theDirectoryOfTheResourceIsCreatedToNameIt() {
            Path missing = directory.resolve("new/deep");
            LockTarget target = LockTarget.file(missing.resolve("x"));
            assertThatThrownBy(() -> names.sidecarOf(target))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining(missing.toString())
                    .hasMessageContaining("does not exist; create it first");
            assertThat(missing.getParent()).doesNotExist();
            assertThat(names.sidecarToLock(target)).isEqualTo(names.sidecarOf(target));
            assertThat(missing).isDirectory();
        }

        @Test
        void aDirectoryThatCannotBeCreatedIsRefused() {
            LockTarget target = LockTarget.file(directory.resolve("a file/deep/x"));
            assertThatThrownBy(() -> names.sidecarToLock(target))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("cannot lock " + target.resource());
        }
    }
}
