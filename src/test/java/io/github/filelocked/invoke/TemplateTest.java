package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import aj.org.objectweb.asm.ClassWriter;
import aj.org.objectweb.asm.Opcodes;
import io.github.filelocked.FileLocked;
import io.github.filelocked.fixture.Javac;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    private static final Method ANY_METHOD = Call.method(TemplateTest.class, "forgetProperties");
    private static final String PROPERTY = "filelocked.test.directory";
    private static final String OTHER = "filelocked.test.other";
    /** Set wherever a JVM was started by a shell or a build. */
    private static final String VARIABLE = "PATH";

    @AfterEach
    void forgetProperties() {
        List.of(PROPERTY, OTHER, VARIABLE).forEach(System::clearProperty);
    }

    private static Template parse(String template, List<String> parameterNames) {
        return Template.parse(template, FileLockedResolver.builtIn(), ANY_METHOD, parameterNames);
    }

    private static FileLockedInvocation call(Object... arguments) {
        return new Call(null, ANY_METHOD, List.of(), Arrays.asList(arguments));
    }

    private static String text(String template, Object... arguments) {
        return parse(template, List.of("name", "day", "p")).toText(call(arguments));
    }

    private static Path path(String template, Object... arguments) {
        return Template.parsePath(template, FileLockedResolver.builtIn(), ANY_METHOD, List.of("name", "day", "p"))
                .toPath(call(arguments), ".lock");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reports/daily.csv",
                "it's #1 of $5.csv",
                "#other",
                "{other}",
                "~backup",
                "x~",
                "a:b.csv",
                "12:30.log",
                "Outer$Inner.class",
                "$RECYCLE.BIN/x",
                "100%",
                "'quoted'",
                "$",
                "#",
                "a{b}c",
                "a{b",
                "}",
                "$ {x}",
                "# {x}",
                "a\\b",
                "%s",
                "Grüße 日本.csv"
            })
    void allButDollarBraceAndHashBraceIsLiteral(String literal) {
        assertThat(text(literal)).isEqualTo(literal);
        assertThat(path(literal)).isEqualTo(Path.of(literal));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#name | #{#name}",
                "out/#name.csv | #{#name}",
                "out/{name}.csv | #{#name}",
                "out/{ #name } | #{#name}",
                "#p0/x | #{#p0}",
                "out/{p1} | #{#p1}",
                "$name/x | #{#name}",
                "${filelocked.test.other:out}/#day | #{#day}",
                "~ | ${user.home}",
                "~/x | ${user.home}/x",
                "$HOME/x | ${HOME}",
                "/data/$USER | ${USER}",
                "%TEMP%/x | ${TEMP}",
                "file:/srv/x | the path /srv/x",
                "file:///srv/x | the path /srv/x",
                "file:x.csv | the path x.csv",
                "FILE:/srv/x | the path /srv/x",
                "classpath:x.yml | ${config.dir}/x.yml",
                "classpath*:x.yml | the path of a file",
                "http://host/x | a file of this machine",
                "s3://bucket/x | a file of this machine",
                "jar:file:/x.jar!/y | a file of this machine",
                "*.csv | type = ResourceType.DIRECTORY",
                "out/*/x | type = ResourceType.DIRECTORY",
                "out/x?.csv | type = ResourceType.DIRECTORY",
            })
    void aTextThatOnlyLooksLikeAPathIsRefusedWithTheRightForm(String template, String rightForm) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path(template))
                .withMessageStartingWith("\"" + template + "\" ")
                .withMessageContaining(rightForm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C:\\x", "C:/x", "c:\\x\\y.csv", "\\\\server\\share\\x"})
    @EnabledOnOs({OS.LINUX, OS.MAC}) // On Windows they are paths.
    void aPathOfWindowsIsRefusedElsewhere(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path(template))
                .withMessageContaining("is a path of Windows; write a path of this system");
    }

    @ParameterizedTest
    @ValueSource(strings = {"~/x", "$HOME/x", "file:/x", "classpath:x", "*.csv", "C:\\x"})
    void aPropertyOrALeadingArgumentIsRefusedAlike(String value) {
        System.setProperty(PROPERTY, value);
        assertThatIllegalArgumentException().isThrownBy(() -> path("${" + PROPERTY + "}"));
        assertThatIllegalArgumentException().isThrownBy(() -> path("#{#name}", value));
        assertThatIllegalArgumentException().isThrownBy(() -> path("#{#name}/x", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"~", "$HOME", "file:", "classpath:x", "*", "what?", "C:", "#name", "{name}"})
    void anArgumentBelowADirectoryIsANameWhateverItLooksLike(String value) {
        assertThat(path("out/#{#name}.csv", value)).isEqualTo(Path.of("out/" + value + ".csv"));
        assertThat(path("out/#{#name}", value)).isEqualTo(Path.of("out/" + value));
    }

    @Test
    void aPathThatWasMadeAsOneMayHoldWildcards() {
        assertThat(path("#{#name}", Path.of("/srv/a*b?"))).isEqualTo(Path.of("/srv/a*b?"));
    }

    @Test
    void withoutParameterNamesWhatMayBeOneIsRefused() {
        for (String template : List.of("#file", "out/#file.csv", "{file}/x")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Template.parsePath(template, FileLockedResolver.builtIn(), ANY_METHOD, List.of("p0", "p1")))
                    .withMessageContaining("write #{#file}");
        }
        for (String template : List.of("#1", "a#b", "out/#file.csv")) {
            assertThat(Template.parsePath(template, FileLockedResolver.builtIn(), ANY_METHOD, List.of())
                            .toPath(call(), ".lock"))
                    .isEqualTo(Path.of(template));
        }
    }

    /** An expression of any kind, whose text is kept. */
    private static final class AnyExpression implements FileLockedResolver {

        private final List<String> read = new ArrayList<>();

        @Override
        public Optional<FileLocked> annotation(Method method, Class<?> targetClass) {
            return Optional.empty();
        }

        @Override
        public String property(String name) {
            return null;
        }

        @Override
        public Expression expression(String text, Method method, List<String> parameterNames) {
            read.add(text);
            return call -> "x";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#n.replace('{','_')",
                "#n.replace('}','_')",
                "#n[\"}\"]",
                "#n.replace('it''s}','_')",
                "{1, 2}.size()"
            })
    void bracesBetweenQuotesAreText(String expression) {
        AnyExpression resolver = new AnyExpression();
        assertThat(Template.parsePath("out/#{" + expression + "}.csv", resolver, ANY_METHOD, List.of("n"))
                        .toPath(call("n"), ".lock"))
                .isEqualTo(Path.of("out/x.csv"));
        assertThat(resolver.read).containsExactly(expression);
    }

    @Test
    void aQuoteThatIsNeverClosedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text("#{#name.replace('{)}"))
                .withMessageContaining("never closed");
    }

    @Test
    void inTheDefaultOfAPropertyAQuoteIsText() {
        assertThat(text("${" + OTHER + ":it's}x")).isEqualTo("it'sx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${x", "a/#{#name", "${a:${b}", "${a:{}", "#{"})
    void aBraceThatIsNeverClosedIsRefused(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text(template))
                .withMessageContaining("{")
                .withMessageEndingWith("has a { that is never closed");
    }

    @Test
    void anEmptyTemplateIsNoPath() {
        assertThatIllegalArgumentException().isThrownBy(() -> path("")).withMessageContaining("gives an empty path");
        assertThatIllegalArgumentException().isThrownBy(() -> path("  ")).withMessageContaining("gives an empty path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path("${" + PROPERTY + ":}"))
                .withMessageContaining("gives an empty path");
    }

    @Test
    void aNulInThePathIsRefusedWithTheTemplate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path("out/a\0b"))
                .withMessageContaining("gives an invalid path")
                .withCauseInstanceOf(InvalidPathException.class);
    }

    @Nested
    class Properties {

        @Test
        void aSystemPropertyIsPutIn() {
            System.setProperty(PROPERTY, "/var/reports");
            assertThat(path("${" + PROPERTY + "}/daily.csv")).isEqualTo(Path.of("/var/reports/daily.csv"));
            assertThat(text("${ " + PROPERTY + " }")).isEqualTo("/var/reports");
        }

        @Test
        void anEnvironmentVariableIsPutInWhereThereIsNoSystemProperty() {
            assertThat(text("${" + VARIABLE + ":none}")).isEqualTo(System.getenv(VARIABLE));
        }

        @Test
        void aSystemPropertyBeatsTheEnvironment() {
            System.setProperty(VARIABLE, "mine");
            assertThat(text("${" + VARIABLE + "}")).isEqualTo("mine");
        }

        @Test
        void anEmptySystemPropertyIsAValue() {
            System.setProperty(PROPERTY, "");
            assertThat(text("a${" + PROPERTY + ":default}b")).isEqualTo("ab");
        }

        @ParameterizedTest
        @CsvSource({
            "${filelocked.test.other:out}/a, out/a",
            "a${filelocked.test.other:}b, ab",
            "${filelocked.test.other:C:/x}, C:/x",
            "${filelocked.test.other:${filelocked.test.directory:deep}}, deep",
            "${filelocked.test.other:x${filelocked.test.directory:y}z}, xyz",
            "${filelocked.test.other:{}}, {}",
        })
        void aDefaultIsTakenWhereNothingIsSet(String template, String expected) {
            assertThat(text(template)).isEqualTo(expected);
        }

        @Test
        void aDefaultIsNotLookedAtWhereThePropertyIsSet() {
            System.setProperty(PROPERTY, "set");
            assertThat(text("${" + PROPERTY + ":${" + OTHER + "}}")).isEqualTo("set");
        }

        @Test
        void anUnresolvedPropertyIsRefusedByNameWithTheCure() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text("a/${" + OTHER + "}"))
                    .withMessageContaining("\"a/${" + OTHER + "}\"")
                    .withMessageContaining("not set as a property or in the environment")
                    .withMessageContaining("${" + OTHER + ":default}");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text("${" + PROPERTY + ":${" + OTHER + "}}"))
                    .withMessageContaining("needs ${" + OTHER + "}");
        }

        @Test
        void aValueIsNotReadAsATemplateAgain() {
            System.setProperty(OTHER, "secret");
            System.setProperty(PROPERTY, "${" + OTHER + "}/#{#name}");
            assertThat(text("${" + PROPERTY + "}", "x")).isEqualTo("${" + OTHER + "}/#{#name}");
            assertThat(text("#{#name}", "${" + OTHER + "}")).isEqualTo("${" + OTHER + "}");
            assertThat(text("#{#name}", "#{#day}", "y")).isEqualTo("#{#day}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"${}", "${:default}", "${ }", "${${a}}", "${#{#name}}"})
        void aPropertyWithoutAPlainNameIsRefused(String template) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text(template, "x"))
                    .withMessageContaining("\"" + template + "\" has a ${...} without a plain name");
        }

        @Test
        void anArgumentInADefaultIsRefusedSinceItWouldEscapeTheConfinement() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> path("out/${" + OTHER + ":#{#name}}", "../x"))
                    .withMessageContaining("put it beside");
        }
    }

    @Nested
    class Arguments {

        @ParameterizedTest
        @CsvSource({"#{#name}, n", "#{#p0}, n", "#{#a0}, n", "#{ #name }, n", "#{#day}, 7", "#{#p1}, 7", "#{#a1}, 7"})
        void anArgumentIsPutInByNameAndByPosition(String template, String expected) {
            assertThat(text(template, "n", 7, "x")).isEqualTo(expected);
        }

        @Test
        void severalArgumentsAndPropertiesStandSideBySide() {
            System.setProperty(PROPERTY, "out");
            assertThat(path("${" + PROPERTY + "}/#{#name}-#{#day}.csv", "sales", 7))
                    .isEqualTo(Path.of("out/sales-7.csv"));
        }

        @Test
        void aParameterThatIsNamedLikeAPositionIsTakenByItsName() {
            assertThat(parse("#{#p0}", List.of("other", "p0")).toText(call("first", "second")))
                    .isEqualTo("second");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "name",
                    "#nme",
                    "#p3",
                    "#a99",
                    "#p1000",
                    "#p-1",
                    "#name.length()",
                    "#name + 'x'",
                    "T(java.lang.Runtime)",
                    "@bean",
                    "#",
                    "",
                    "##name",
                    "#result",
                    "#root.args[0]"
                })
        void whatTheBuiltInEvaluatorDoesNotKnowIsRefusedByName(String expression) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parse("out/#{" + expression + "}", List.of("name", "day", "p")))
                    .withMessageContaining(
                            "\"out/#{" + expression + "}\" has #{" + expression + "}, which is not known")
                    .withMessageContaining("[name, day, p]")
                    .withMessageContaining("-parameters or -g");
        }

        @Test
        void namesThatAreMissingAreExplainedForJavaAndForKotlin() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parse("#{#file}", List.of("p0")))
                    .withMessageContaining("-parameters or -g")
                    .withMessageContaining("-java-parameters")
                    .withMessageNotContaining("value class");
        }

        /** Java has no such names, so the method is one of a class that is made here. */
        @Test
        void forAFunctionThatTakesAValueClassOfKotlinThePositionIsSuggested(@TempDir Path temporary) throws Exception {
            ClassWriter writer = new ClassWriter(0);
            writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "Job", null, "java/lang/Object", null);
            int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT;
            writer.visitMethod(access, "run-0E7RQCE", "(Ljava/lang/String;)V", null, null)
                    .visitEnd();
            writer.visitEnd();
            Files.write(temporary.resolve("Job.class"), writer.toByteArray());
            try (var loader = Javac.load(temporary)) {
                Method mangled = loader.loadClass("Job").getDeclaredMethod("run-0E7RQCE", String.class);
                assertThatIllegalArgumentException()
                        .isThrownBy(() ->
                                Template.parsePath("#{#file}", FileLockedResolver.builtIn(), mangled, List.of("p0")))
                        .withMessageContaining("for a parameter of a value class write #p0");
            }
        }

        @Test
        void aNullArgumentIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text("out/#{#name}", new Object[] {null}))
                    .withMessageContaining("needs #{#name}, which is null in this call");
        }

        @Test
        void anEmptyArgumentIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text("out/#{#name}", ""))
                    .withMessageContaining("needs #{#name}, which is empty in this call");
        }

        @Test
        void anArgumentWhoseTextIsNullIsRefused() {
            Object nameless = new Object() {
                @Override
                @SuppressWarnings("ToStringReturnsNull") // As careless code of others does.
                public String toString() {
                    return null;
                }
            };
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text("out/#{#name}", nameless))
                    .withMessageContaining("needs #{#name}, which is null in this call");
        }

        @Test
        void anArgumentWithoutATextOfItsOwnIsRefusedSinceItWouldLockAnotherPathEachTime() {
            for (Object anonymous : List.of(new Object(), new String[] {"a"}, new int[0], (Runnable) () -> {})) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> text("out/#{#name}", anonymous))
                        .withMessageContaining("has no toString() of its own")
                        .withMessageContaining(anonymous.getClass().getTypeName());
            }
        }

        @Test
        void anArgumentsOwnFailureIsTheCause() {
            Object failing = new Object() {
                @Override
                public String toString() {
                    throw new IllegalStateException("no text");
                }
            };
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> text("#{#name}", failing))
                    .withMessage("\"#{#name}\" needs #{#name}, no text")
                    .withCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Confinement {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "..",
                    "../x",
                    "../../../../etc/passwd",
                    "a/../..",
                    "a/../../b",
                    "./..",
                    "./../x",
                    "a/b/../../../x",
                    "/..",
                    "//../x",
                    "/../../etc/passwd",
                    "..//x",
                    "../",
                    ".././x",
                    "a//../../x",
                    "/etc/passwd",
                    "//etc/passwd",
                    // Back into the directory by its own name, but out of it in between: the name could be a link.
                    "../out/x",
                    "../outside/x",
                    // The directory itself is not inside it.
                    ".",
                    "./",
                    "a/..",
                    "/",
                    "//",
                    "/.",
                })
        void aValueThatLeavesTheDirectoryIsRefused(String attack) {
            for (String template : List.of("out/#{#name}", "/srv/out/#{#name}", "out//#{#name}", "../out/#{#name}")) {
                assertThatIllegalArgumentException()
                        .as(template)
                        .isThrownBy(() -> path(template, attack))
                        .withMessageMatching("(?s).*(is not inside the directory \".*out|whose part .* is absolute).*")
                        .withMessageContaining("out/")
                        .withMessageContaining("check the argument");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "out/#{#name}, x, out/x",
            "out/#{#name}, a/b/c, out/a/b/c",
            "out/#{#name}, ..., out/...",
            "out/#{#name}, ..x, out/..x",
            "out/#{#name}, x.., out/x..",
            "out/#{#name}, a/../b, out/b",
            "out/#{#name}, ./b, out/b",
            "out/#{#name}, ~, out/~",
            "out/#{#name}, %2e%2e%2fx, out/%2e%2e%2fx",
            "out/#{#name}, ..\\x, out/..\\x",
            "/#{#name}, etc, /etc",
            "../out/#{#name}, x, ../out/x",
            "out/#{#name}.csv, .., out/...csv",
            "out/report-#{#name}, 7, out/report-7",
            "out/report-#{#name}, /7, out/report-/7",
        })
        void aValueThatStaysInsideIsTaken(String template, String value, String expected) {
            assertThat(path(template, value)).isEqualTo(Path.of(expected));
        }

        @ParameterizedTest
        @CsvSource({
            // The name that the fixed part begins is no directory: "out" plus "side" is a file beside it.
            "out#{#name}, side, outside",
            "base/out#{#name}, side, base/outside",
            "base/out#{#name}, side/x, base/outside/x",
            // And so is "out-..", which climbs nowhere.
            "out-#{#name}, ../x, out-../x",
        })
        void aFixedPartWithoutATrailingSeparatorNamesTheDirectoryBeforeIt(
                String template, String value, String expected) {
            assertThat(path(template, value)).isEqualTo(Path.of(expected));
        }

        @ParameterizedTest
        @CsvSource({
            "out#{#name}, /../../x",
            "out#{#name}, /..",
            "base/out#{#name}, /../../x",
            "base/out#{#name}, side/../../../x",
            "base/.#{#name}, ./x",
            "base/.#{#name}, .",
            "base/..#{#name}, x/../../y",
            "base/x#{#name}/.., y",
            ".#{#name}, ./x",
        })
        void aFixedPartWithoutATrailingSeparatorConfinesAllTheSame(String template, String attack) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> path(template, attack))
                    .withMessageContaining("is not inside the directory");
        }

        @Test
        void severalValuesAreConfinedTogether() {
            assertThat(path("out/#{#name}/#{#day}", "a", "b")).isEqualTo(Path.of("out/a/b"));
            assertThatIllegalArgumentException().isThrownBy(() -> path("out/#{#name}/#{#day}", "a", "../b"));
            assertThatIllegalArgumentException().isThrownBy(() -> path("out/#{#name}/#{#day}", "a", "../../b"));
            assertThatIllegalArgumentException().isThrownBy(() -> path("out/#{#name}#{#day}", ".", "./b"));
        }

        @Test
        void aPropertyBelongsToTheFixedPartAndMayClimb() {
            System.setProperty(PROPERTY, "../data");
            assertThat(path("${" + PROPERTY + "}/#{#name}", "x")).isEqualTo(Path.of("../data/x"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> path("${" + PROPERTY + "}/#{#name}", "../x"))
                    .withMessageContaining("\"../data/\"");
        }

        @Test
        void aPropertyAfterAnArgumentIsConfinedWithIt() {
            System.setProperty(PROPERTY, "../../x");
            assertThatIllegalArgumentException().isThrownBy(() -> path("out/#{#name}/${" + PROPERTY + "}", "a"));
        }

        @Test
        void aTemplateThatBeginsWithAnArgumentLeavesTheChoiceToIt() {
            assertThat(path("#{#name}", "/etc/passwd")).isEqualTo(Path.of("/etc/passwd"));
            assertThat(path("#{#name}", "../x")).isEqualTo(Path.of("../x"));
            assertThat(path("#{#name}/y/../z", Path.of("x"))).isEqualTo(Path.of("x/z"));
        }

        @Test
        void aNulInAValueIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> path("out/#{#name}", "x\0"))
                    .withMessageContaining("gives an invalid path");
        }

        @Test
        void aVeryLongValueIsJudgedLikeAnyOther() {
            assertThat(path("out/#{#name}", "a/".repeat(2_000) + "b"))
                    .isEqualTo(Path.of("out/" + "a/".repeat(2_000) + "b"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> path("out/#{#name}", "a/".repeat(2_000) + "../".repeat(2_001) + "b"))
                    .withMessageContaining("is not inside the directory");
        }

        @Test
        void theCurrentDirectoryIsNamedWhereTheFixedPartNamesNone() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> path("x#{#name}", "y/../../z"))
                    .withMessageContaining("the directory \".\"");
        }

        @Test
        void theArgumentsOfATimeoutAreNotConfined() {
            assertThat(text("#{#name}", "-1")).isEqualTo("-1");
        }
    }

    @Test
    void aTemplateServesManyCalls() {
        Template template = parse("out/#{#name}", List.of("name"));
        assertThat(List.of("a", "b"))
                .map(name -> template.toPath(call(name), ".lock"))
                .containsExactly(Path.of("out/a"), Path.of("out/b"));
    }
}
