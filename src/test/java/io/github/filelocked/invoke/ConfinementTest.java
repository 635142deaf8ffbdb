package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.lock.LockRefusedException;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value that an expression puts into a path stays below the directory of the template. */
class ConfinementTest {

    private static final String PROPERTY = "filelocked.test.directory";

    @AfterEach
    void forgetProperties() {
        System.clearProperty(PROPERTY);
    }

    private static Path path(String template, Object... values) {
        List<String> names =
                IntStream.range(0, values.length).mapToObj(i -> "v" + i).toList();
        Call call =
                new Call(null, Call.method(ConfinementTest.class, "forgetProperties"), names, Arrays.asList(values));
        return Template.parsePath(template, FileLockedResolver.builtIn(), call.method(), names)
                .toPath(call, ".lock");
    }

    private static void assertRefused(String because, String template, Object... values) {
        assertThatIllegalArgumentException()
                .as("%s with %s", template, Arrays.toString(values))
                .isThrownBy(() -> path(template, values))
                .withMessageStartingWith("\"" + template + "\" ")
                .withMessageContaining(because);
    }

    @Nested
    class WhenTextStandsBeforeAValue {

        @ParameterizedTest
        @CsvSource({
            "base/#{#v0}/#{#v1}.csv, acme, ../victim/x",
            "base/#{#v0}/#{#v1}.csv, acme, ../acme/x",
            "base/#{#v0}/#{#v1}, acme, ..",
            "base/#{#v0}/data/#{#v1}, acme, ../x",
            "base/#{#v0}/data/#{#v1}, acme, ../../victim/data/x",
            "base/#{#v0}-#{#v1}, acme, /../x",
            "base/#{#v0}/#{#v1}, ., acme/x",
            "base/#{#v0}/#{#v1}, acme/.., victim/x",
            "base/#{#v0}/#{#v1}, ./, victim/x",
            "base/#{#v0}#{#v1}, ., ./x",
            "base/#{#v0}#{#v1}, ., .",
        })
        void aSecondValueCannotLeaveTheDirectoryThatTheFirstOneNames(String template, String first, String second) {
            assertRefused("is not inside the directory", template, first, second);
        }

        @Test
        void aThirdValueCannotLeaveTheDirectoryThatTheSecondOneNames() {
            assertRefused("\"a/b/c/\"", "a/#{#v0}/#{#v1}/#{#v2}", "b", "c", "../d");
        }

        @ParameterizedTest
        @ValueSource(strings = {"/etc/passwd", "//etc/passwd", "/x"})
        void anAbsoluteValueIsRefused(String absolute) {
            assertRefused("is absolute", "out/#{#v0}", absolute);
            assertRefused("is absolute", "/out/#{#v0}", absolute);
            assertRefused("is absolute", "out/#{#v0}", Path.of(absolute));
            assertRefused("is absolute", "out/#{#v0}", new File(absolute));
            assertRefused("is absolute", "out/#{#v0}/#{#v1}", "a", absolute);
        }

        @Test
        void aValueAfterAnEmptyPropertyIsNoLeadingOne() {
            System.setProperty(PROPERTY, "");
            assertRefused("is absolute", "${" + PROPERTY + "}#{#v0}", "/etc/passwd");
            assertRefused("is not inside the directory", "${" + PROPERTY + "}#{#v0}", "../x");
            assertThat(path("${" + PROPERTY + "}#{#v0}", "x")).isEqualTo(Path.of("x"));
        }

        @Test
        void anEmptyPropertyDoesNotMakeTheRestAbsolute() {
            System.setProperty(PROPERTY, "");
            assertRefused("is empty", "${" + PROPERTY + "}/#{#v0}", "x");
            assertRefused("is empty", "${" + PROPERTY + "}/x");
            assertRefused("is empty", "${" + PROPERTY + "}${" + PROPERTY + "}/x");
            assertThat(path("${" + PROPERTY + "}x/y")).isEqualTo(Path.of("x/y"));
            System.setProperty(PROPERTY, " ");
            assertRefused("is empty", "${" + PROPERTY + "}/#{#v0}", "x");
        }

        @ParameterizedTest
        @CsvSource({
            "base/out#{#v0}, /x, base/out/x",
            "base/out#{#v0}, /x/../y, base/out/y",
            "base/out#{#v0}, side, base/outside",
            "base/#{#v0}.csv, .., base/...csv",
            "base/#{#v0}.csv, a/, base/a/.csv",
            "base/#{#v0}/x, a/, base/a/x",
            "base/#{#v0}/, a, base/a",
        })
        void separatorsAtTheEndsOfAValueStayInside(String template, String value, String expected) {
            assertThat(path(template, value)).isEqualTo(Path.of(expected));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/../x", "/..", "/", "/.", "/a/../../x"})
        void aValueThatBeginsWithASeparatorStaysInTheDirectoryThatTheTextIsThen(String value) {
            assertRefused("is not inside the directory \"base/out\"", "base/out#{#v0}", value);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\t", "\u2003"})
        void anEmptyOrBlankValueIsRefused(String value) {
            assertRefused("is " + (value.isEmpty() ? "empty" : "blank"), "out/#{#v0}/x", value);
            assertRefused("is " + (value.isEmpty() ? "empty" : "blank"), "#{#v0}", value);
        }

        @Test
        void aNulIsRefused() {
            assertRefused("gives an invalid path", "out/#{#v0}", "a\0b");
            assertRefused("gives an invalid path", "#{#v0}/x", "a\0b");
        }
    }

    @Nested
    class WhenAValueLeads {

        @ParameterizedTest
        @ValueSource(strings = {"/srv/data", "/srv/data/", "data", "../data", ".", "..", "/"})
        void itMayNameAnyDirectoryButWhatFollowsCannotLeaveIt(String directory) {
            assertThat(path("#{#v0}/#{#v1}.csv", directory, "x"))
                    .isEqualTo(Path.of(directory).resolve("x.csv"));
            assertThat(path("#{#v0}/#{#v1}.csv", Path.of(directory), "x"))
                    .isEqualTo(Path.of(directory).resolve("x.csv"));
            assertRefused("is not inside", "#{#v0}/#{#v1}.csv", directory, "../../../../etc/x");
            assertRefused("is not inside", "#{#v0}/#{#v1}.csv", directory, "../x");
            assertRefused("is not inside", "#{#v0}/a/#{#v1}", directory, "../x");
            assertRefused("is not inside", "#{#v0}/../y", directory);
        }

        @Test
        void textThatIsPartOfItsLastNameIsKept() {
            assertThat(path("#{#v0}.bak", "/srv/x")).isEqualTo(Path.of("/srv/x.bak"));
            assertThat(path("#{#v0}-#{#v1}", "/srv/x", "y")).isEqualTo(Path.of("/srv/x-y"));
            assertRefused("is not inside", "#{#v0}-#{#v1}", "/srv/x", "/../y");
            assertRefused("is not inside", "#{#v0}./x", "/srv/.");
        }

        @Test
        void separatorsAfterItAreNoPartOfThePath() {
            assertThat(path("#{#v0}/", "/srv/x")).isEqualTo(Path.of("/srv/x"));
        }
    }

    static class Suffixed {
        @FileLocked("${" + PROPERTY + "}/#{#p0}")
        static void run(String name) {}
    }

    @Nested
    class WhenAValueMakesTheNameOfALockFile {

        @ParameterizedTest
        @CsvSource({
            "#{#v0}, x.lock",
            "#{#v0}, /srv/x.lock",
            "#{#v0}, x.LOCK",
            "#{#v0}, .lock",
            "#{#v0}, x.lock/",
            "#{#v0}, x.lock/.",
            "#{#v0}, x.lock/y/..",
            "out/#{#v0}, x.lock",
            "out/#{#v0}, x.lock/",
            "out/x.#{#v0}, lock",
            "out/#{#v0}ck, x.lo",
            "out/#{#v0}/x, a.lock",
            "out/#{#v0}, a.lock/x",
            "#{#v0}ck, x.lo",
            "#{#v0}ck, /srv/x.lo",
        })
        void itIsRefusedSinceThatFileBelongsToTheLockOfAnother(String template, String value) {
            assertRefused("ends with \".lock\"", template, value);
        }

        @Test
        void aPathIsRefusedAlike() {
            assertRefused("ends with \".lock\"", "#{#v0}", Path.of("/srv/x.lock"));
            assertRefused("ends with \".lock\"", "out/#{#v0}", Path.of("x.lock"));
        }

        @Test
        void theChosenSuffixCounts(@TempDir Path directory) {
            System.setProperty(PROPERTY, directory.toString());
            FileLocks locks = FileLocks.builder().lockFileSuffix(".lck").build();
            FileLockedInvocation call = new Call(null, Call.method(Suffixed.class, "run"), List.of("x.LCK"));
            assertThatThrownBy(() -> new FileLockedInvoker(locks).acquire(call))
                    .isInstanceOf(LockRefusedException.class)
                    .hasMessageContaining("ends with \".lck\"")
                    .hasMessageContaining("Cargo.lck");
            FileLockedInvocation other = new Call(null, Call.method(Suffixed.class, "run"), List.of("x.lock"));
            try (HeldLocks held = new FileLockedInvoker(locks).acquire(other).orElseThrow()) {
                assertThat(held.locks())
                        .singleElement()
                        .extracting(HeldLock::path)
                        .asString()
                        .endsWith("x.lock");
            }
        }

        @Test
        void theTemplatesOwnTextMayEndLikeThat() {
            assertThat(path("#{#v0}/Cargo.lock", "/srv")).isEqualTo(Path.of("/srv/Cargo.lock"));
            assertThat(path("out/#{#v0}.lock", "x")).isEqualTo(Path.of("out/x.lock"));
            assertThat(path("Cargo.lock")).isEqualTo(Path.of("Cargo.lock"));
            assertThat(path("a.lock/#{#v0}", "x")).isEqualTo(Path.of("a.lock/x"));
            assertThat(path("#{#v0}/x", "/srv/locks.lock")).isEqualTo(Path.of("/srv/locks.lock/x"));
        }
    }

    @Nested
    class WhenAValueIsAPath {

        /** Of a byte that no text stands for, so that it shares its text with others. */
        private final Path undecodable = Path.of(URI.create("file:///srv/a%FFb"));

        @Test
        void aTemplateOfNothingElseKeepsItsBytes() {
            assertThat(path("#{#v0}", undecodable))
                    .isEqualTo(undecodable)
                    .isNotEqualTo(Path.of(undecodable.toString()));
        }

        @Test
        void whatFollowsALeadingOneIsPutBelowItsBytes() {
            assertThat(path("#{#v0}/#{#v1}.csv", undecodable, "x")).isEqualTo(undecodable.resolve("x.csv"));
            assertThat(path("#{#v0}/x", undecodable)).isEqualTo(undecodable.resolve("x"));
        }

        @Test
        void whereItsBytesCannotBeKeptItIsRefused() {
            assertRefused("cannot be written as text", "#{#v0}.bak", undecodable);
            assertRefused("cannot be written as text", "out/#{#v0}", undecodable.getFileName());
        }

        @Test
        void aRelativeOneIsPutWhereItStands() {
            assertThat(path("out/#{#v0}.csv", Path.of("a/b"))).isEqualTo(Path.of("out/a/b.csv"));
            assertThat(path("out/#{#v0}.csv", new File("a/b"))).isEqualTo(Path.of("out/a/b.csv"));
        }

        @Test
        void oneOfAnotherFileSystemIsNotTakenForOneOfThisMachine(@TempDir Path temporary) throws Exception {
            try (FileSystem zip = FileSystems.newFileSystem(temporary.resolve("x.zip"), Map.of("create", "true"))) {
                Path inside = zip.getPath("/a");
                assertThat(path("#{#v0}", inside)).isEqualTo(inside);
                assertThat(path("#{#v0}/x", inside)).isEqualTo(inside.resolve("x"));
                assertRefused("another file system", "out/#{#v0}", zip.getPath("a"));
                assertRefused("another file system", "#{#v0}.bak", inside);
            }
            assertThat(Files.exists(temporary.resolve("x.zip"))).isTrue();
        }
    }

    @Nested
    class WhenAValueIsNoPath {

        @Test
        void aUriIsRefusedWithTheRightForm() throws Exception {
            URI uri = URI.create("file:/srv/x");
            assertRefused("write Path.of(uri)", "#{#v0}", uri);
            assertRefused("write Path.of(uri)", "out/#{#v0}", uri);
            URL url = uri.toURL();
            assertRefused("write Path.of(url.toURI())", "#{#v0}", url);
        }

        @Test
        void aContainerOfOneIsRefusedSinceItsTextIsNone() {
            assertRefused("java.util.Optional", "out/#{#v0}", Optional.of("x"));
            assertRefused("is not a path", "out/#{#v0}", List.of("x"));
            assertRefused("is not a path", "out/#{#v0}", Map.of("x", "y"));
        }
    }

    /** Templates and values of pieces that matter, and a model that walks the text name by name and counts. */
    @Nested
    class WhenTemplatesAndValuesAreDrawnAtRandom {

        private static final int CASES = 60_000;
        private static final List<String> TEXTS =
                List.of("a", "out", "x-", ".csv", ".", "..", "/", "/", "/", "a/", "/b", "a/b/", ".lock", ".lo", "ck");
        private static final List<String> VALUES = List.of(
                "a", "b", "acme", "..", "..", ".", "/", "/", " ", "\0", "x.lock", ".lock", ".lo", "lock", "\u00e9",
                "~");

        @Test
        void thePathIsWhatAPlainModelSays() {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            int taken = 0;
            for (int i = 0; i < CASES; i++) {
                List<String> pieces = new ArrayList<>();
                List<Boolean> isValue = new ArrayList<>();
                for (int n = 1 + random.nextInt(6); n > 0; n--) {
                    boolean value = random.nextInt(5) < 2;
                    isValue.add(value);
                    pieces.add(draw(value ? VALUES : TEXTS, value ? random.nextInt(5) : 1 + random.nextInt(2), random));
                }
                String template = templateOf(pieces, isValue);
                Object[] values = IntStream.range(0, pieces.size())
                        .filter(isValue::get)
                        .mapToObj(pieces::get)
                        .toArray();
                String description = "seed " + seed + ": " + template + " with " + Arrays.toString(values);
                String expected = model(pieces, isValue);
                Throwable failure = catchThrowable(() -> path(template, values));
                if (expected == null) {
                    assertThat(failure).as(description).isInstanceOf(IllegalArgumentException.class);
                } else {
                    assertThat(failure).as(description).isNull();
                    assertThat(path(template, values)).as(description).isEqualTo(Path.of(expected));
                    taken++;
                }
            }
            assertThat(taken).as("seed " + seed).isBetween(CASES / 20, CASES - CASES / 20);
        }

        private String draw(List<String> from, int count, Random random) {
            StringBuilder drawn = new StringBuilder();
            for (int i = 0; i < count; i++) {
                drawn.append(from.get(random.nextInt(from.size())));
            }
            return drawn.toString();
        }

        private String templateOf(List<String> pieces, List<Boolean> isValue) {
            StringBuilder template = new StringBuilder();
            int values = 0;
            for (int i = 0; i < pieces.size(); i++) {
                template.append(isValue.get(i) ? "#{#v" + values++ + "}" : pieces.get(i));
            }
            return template.toString();
        }

        /** The path as text with every value's part free of {@code .} and {@code ..}, or null if it is refused. */
        private String model(List<String> pieces, List<Boolean> isValue) {
            String text = String.join("", pieces);
            boolean leads = isValue.get(0);
            String first = pieces.get(0);
            StringBuilder marks = new StringBuilder(); // 'v' for what a value put in
            for (int i = 0; i < pieces.size(); i++) {
                if (isValue.get(i) && (pieces.get(i).isBlank() || pieces.get(i).contains("\0"))) {
                    return null;
                }
                marks.append((isValue.get(i) ? "v" : "t").repeat(pieces.get(i).length()));
            }
            if (text.equals("~") || text.startsWith("~/")) {
                return null;
            }
            boolean alone = leads && text.substring(first.length()).chars().allMatch(c -> c == '/');
            if (alone) {
                List<String> names = new ArrayList<>();
                for (String name : first.split("/", -1)) {
                    if (name.equals("..") && !names.isEmpty()) {
                        names.remove(names.size() - 1);
                    } else if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                        names.add(name);
                    }
                }
                boolean lock = !names.isEmpty() && isLockFile(names.get(names.size() - 1));
                return lock ? null : first;
            }
            int confinedFrom = -1;
            if (leads) {
                boolean complete = text.charAt(first.length()) == '/';
                confinedFrom = complete ? first.length() : first.lastIndexOf('/') + 1;
                if (walk(text, confinedFrom, -1) == null) {
                    return null;
                }
            }
            int from = 0;
            for (int i = 0; i < pieces.size(); i++) {
                int to = from + pieces.get(i).length();
                if (isValue.get(i) && i > 0) {
                    boolean rooted = text.charAt(from) == '/';
                    if (rooted && (from == 0 || text.charAt(from - 1) == '/')) {
                        return null;
                    }
                    int directory = rooted ? from : text.lastIndexOf('/', from - 1) + 1;
                    confinedFrom = confinedFrom < 0 ? directory : confinedFrom;
                    if (walk(text, directory, to) == null) {
                        return null;
                    }
                }
                from = to;
            }
            if (confinedFrom < 0) {
                return text;
            }
            for (int start = confinedFrom; start <= text.length(); ) {
                int end = text.indexOf('/', start);
                end = end < 0 ? text.length() : end;
                String name = text.substring(start, end);
                if (isLockFile(name) && marks.substring(end - 5, end).contains("v")) {
                    return null;
                }
                start = end + 1;
            }
            return text.substring(0, confinedFrom)
                    + (confinedFrom > 0 && text.charAt(confinedFrom - 1) != '/' ? "/" : "")
                    + String.join("/", walk(text, confinedFrom, -1));
        }

        private boolean isLockFile(String name) {
            return name.toLowerCase(Locale.ROOT).endsWith(".lock");
        }

        /**
         * The names that are left at the end; null if the walk is ever above its start, or at its start when it must
         * not.
         */
        private List<String> walk(String text, int start, int valueEnd) {
            List<String> reached = new ArrayList<>();
            StringBuilder name = new StringBuilder();
            boolean valueEnded = valueEnd < 0;
            for (int i = start; i <= text.length(); i++) {
                if (i < text.length() && text.charAt(i) != '/') {
                    name.append(text.charAt(i));
                    continue;
                }
                if (name.toString().equals("..")) {
                    if (reached.isEmpty()) {
                        return null;
                    }
                    reached.remove(reached.size() - 1);
                } else if (name.length() > 0 && !name.toString().equals(".")) {
                    reached.add(name.toString());
                }
                name.setLength(0);
                if (!valueEnded && (i >= valueEnd || i == valueEnd - 1)) {
                    valueEnded = true;
                    if (reached.isEmpty()) {
                        return null;
                    }
                }
            }
            return reached.isEmpty() ? null : reached;
        }
    }
}
