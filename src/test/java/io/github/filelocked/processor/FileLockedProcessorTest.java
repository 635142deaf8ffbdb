package io.github.filelocked.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import io.github.filelocked.FileLocked;
import io.github.filelocked.fixture.Javac;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLockedProcessorTest {

    @Nested
    class WhenATextIsWrong {

        @ParameterizedTest
        @ValueSource(strings = {"10", "ten", "-5s", "5 minutes", "PT", "293y", "999999999999999d", "10S "})
        void aDurationThatIsNoneIsAnErrorWithTheUnitsInIt(String timeout) {
            Expected.in("""
                    class Job {
                        @FileLocked(
                                value = "x",
                                timeout = "%s") // error: write 500ms, 10s, 5m, 2h, 1d or PT1M30S
                        void run() {}
                    }""".formatted(timeout));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "0", "-1", "10s", "1 d", "PT1M30S", "${t:10}", "#{#p0}ms"})
        void aDurationThatACallAcceptsIsNone(String timeout) {
            Expected.in("""
                    class Job {
                        @FileLocked(value = "x", timeout = "%s")
                        void run(int t) {}
                    }""".formatted(timeout));
        }

        @Test
        void anOpenBraceIsAnErrorAtItsOwnElement() {
            Expected.in("""
                    class Job {
                        @FileLocked({
                            "a",
                            "${b", // error: "${b" has a { that is never closed
                            "#{c" // error: "#{c" has a { that is never closed
                        })
                        void run() {}
                    }""");
        }

        @Test
        void anOpenBraceInATimeoutIsAnErrorToo() {
            Expected.in("""
                    class Job {
                        @FileLocked(value = "x", timeout = "${t") // error: "${t" has a { that is never closed
                        void run() {}
                    }""");
        }

        @ParameterizedTest
        @ValueSource(strings = {"${}", "${:x}", "${ }", "${a${b}}"})
        void aPropertyWithoutAPlainNameIsAnError(String path) {
            Expected.in("""
                    class Job {
                        @FileLocked("%s") // error: has a ${...} without a plain name
                        void run() {}
                    }""".formatted(path));
        }

        @Test
        void anExpressionInsideADefaultIsAnErrorThatSaysWhereToPutIt() {
            Expected.in("""
                    class Job {
                        @FileLocked("${a:#{#file}}") // error: has a #{...} inside a default of ${...}; put it beside
                        void run(Path file) {}
                    }""");
        }

        @Test
        void noPathAtAllIsAnError() {
            Expected.in("""
                    class Job {
                        @FileLocked({}) // error: there is no path; give at least one
                        void run() {}
                    }""");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " "})
        void aBlankPathIsAnError(String path) {
            Expected.in("""
                    class Job {
                        @FileLocked("%s") // error: gives an empty path; write the path to lock
                        void run() {}
                    }""".formatted(path));
        }

        @ParameterizedTest
        @ValueSource(strings = {"~/x", "file:/x", "classpath:x", "$HOME/x", "%TEMP%/x", "data/*.csv"})
        void aPathThatNoSystemUnderstandsIsAnError(String path) {
            Expected.in("""
                    class Job {
                        @FileLocked("%s") // error: gives "%s", which
                        void run() {}
                    }""".formatted(path, path));
        }

        @ParameterizedTest
        @ValueSource(strings = {"C:/data/x.csv", "C:\\\\data\\\\x.csv", "data/#1.csv", "a{b}c", "user/x~"})
        void aPathThatSomeSystemUnderstandsIsNone(String path) {
            Expected.in("""
                    class Job {
                        @FileLocked("%s")
                        void run(String user) {}
                    }""".formatted(path));
        }

        @Test
        void aTextOfAClassIsReportedOnceHoweverManyMethodsThereAre() {
            Expected.in("""
                    @FileLocked("${a") // error: that is never closed
                    class Job {
                        void one() {}
                        void two() {}
                    }""");
        }

        @Test
        void aTextOfAComposedAnnotationIsReportedWhereItIsDeclared() {
            Expected.in("""
                    class Job {
                        @FileLocked(value = "x", timeout = "5") // error: has no unit
                        @Retention(RetentionPolicy.RUNTIME)
                        @interface Nightly {}

                        @Nightly
                        void run() {}
                    }""");
        }

        @Test
        void aConstantIsReadLikeALiteral() {
            Expected.in("""
                    class Job {
                        static final String DIR = "${dir";
                        @FileLocked(DIR + "/x") // error: "${dir/x" has a { that is never closed
                        void run() {}
                    }""");
        }

        @Test
        void nestedAndGenericClassesEnumsRecordsAndInterfacesAreRead() {
            Expected.in("""
                    class Job<T> {
                        static class Nested { @FileLocked("${") void run() {} } // error: never closed
                        enum Kind { A; @FileLocked("${") void run() {} } // error: never closed
                        record Row(int a) { @FileLocked("${") void run() {} } // error: never closed
                        interface Face { @FileLocked("${") default void run() {} } // error: never closed
                        @FileLocked("${") <U> U run(T t, U u) { return u; } // error: never closed
                    }""");
        }
    }

    @Nested
    class WhenAnExpressionNamesNoParameter {

        @ParameterizedTest
        @ValueSource(strings = {"#usr", "#usr.id", "#usr?.id", "#user + #usr", "#user + '-' + #usr.name('#user')"})
        void anUnknownVariableIsAnErrorThatListsTheKnownOnes(String expression) {
            Expected.in("""
                    class Job {
                        @FileLocked("out/#{%s}.txt") // error: #usr is no parameter of this method; write one
                        void run(String user, int day) {}
                    }""".formatted(expression));
        }

        @ParameterizedTest
        @ValueSource(strings = {"p2", "a2", "p999"})
        void aPositionBeyondTheLastIsAnError(String position) {
            Expected.in("""
                    class Job {
                        @FileLocked("#{#%s}") // error: is no parameter of this method; write one of #user, #day, or #p0
                        void run(String user, int day) {}
                    }""".formatted(position));
        }

        @Test
        void aMethodWithoutParametersIsSaidToHaveNone() {
            Expected.in("""
                    class Job {
                        @FileLocked("#{#file}") // error: #file is no parameter of this method; it has none
                        void run() {}
                    }""");
        }

        @Test
        void aParameterWithoutItsSignIsAnErrorWithTheRightForm() {
            Expected.in("""
                    class Job {
                        @FileLocked("#{file}") // error: lacks the # of a parameter; write #{#file}
                        void run(Path file) {}
                    }""");
        }

        @ParameterizedTest
        @ValueSource(strings = {"out/#user.txt", "out/{user}.txt", "out/#p0"})
        void aParameterThatIsLiteralTextIsAnErrorWithTheRightForm(String path) {
            Expected.in("""
                    class Job {
                        @FileLocked("%s") // error: which is literal text; write #{#
                        void run(String user) {}

                        @FileLocked("%s")
                        void other(String name) {}
                    }""".formatted(path, path.replace("p0", "p1")));
        }

        @Test
        void aTimeoutIsReadLikeAPath() {
            Expected.in("""
                    class Job {
                        @FileLocked(
                                value = "x",
                                timeout = "#{#wait}") // error: #wait is no parameter
                        void run(String timeout) {}
                    }""");
        }

        @Test
        void anExpressionOfAClassIsReportedAtTheMethodThatLacksIt() {
            Expected.in("""
                    @FileLocked("#{#file}")
                    class Job {
                        void with(Path file) {}
                        void without() {} // error: #file is no parameter of this method; it has none
                        private void helper() {}
                    }
                    class Sub extends Job {
                        void more() {} // error: #file is no parameter
                    }""");
        }

        @Test
        void anExpressionOfAComposedAnnotationIsReportedWhereItIsUsed() {
            Expected.in("""
                    class Job {
                        @FileLocked("#{#file}")
                        @Retention(RetentionPolicy.RUNTIME)
                        @interface PerFile {}

                        @PerFile
                        void with(Path file) {}

                        @PerFile // error: #file is no parameter
                        void without() {}
                    }""");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "#user",
                    "#p0",
                    "#a1",
                    "#user.id",
                    "#root.method.name",
                    "#this",
                    "method.name",
                    "target.dir",
                    "@beans.of(#user)",
                    "#fn(#user)",
                    "'#usr' + #user",
                    "T(java.lang.Math).PI",
                    "#user.list.?[#this > 1]"
                })
        void anExpressionThatSpringMayUnderstandIsNone(String expression) {
            Expected.in("""
                    class Job {
                        @FileLocked("out/#{%s}")
                        void run(String user, String target) {}
                    }""".formatted(expression));
        }
    }

    @Nested
    class WhenNothingCanBeReturnedForASkippedBody {

        @ParameterizedTest
        @ValueSource(strings = {"boolean", "byte", "char", "short", "int", "long", "float", "double"})
        void aPrimitiveIsAnErrorAtTheAttribute(String type) {
            Expected.in("""
                    abstract class Job {
                        @FileLocked(
                                value = "x",
                                onBusy = OnBusy.SKIP) // error: onBusy = SKIP has no %s to return
                        %s run() { throw new IllegalStateException(); }
                    }""".formatted(type, type));
        }

        @ParameterizedTest
        @ValueSource(strings = {"void", "Integer", "Optional<String>", "CompletionStage<Void>", "int[]"})
        void anythingElseIsNone(String type) {
            Expected.in("""
                    class Job {
                        @FileLocked(value = "x", onBusy = OnBusy.SKIP)
                        %s run() { throw new IllegalStateException(); }
                    }""".formatted(type));
        }

        @Test
        void theClassesOwnIsReportedAtTheMethod() {
            Expected.in("""
                    @FileLocked(value = "x", onBusy = OnBusy.SKIP)
                    class Job {
                        int run() { return 1; } // error: onBusy = SKIP has no int to return
                        @FileLocked("x") int own() { return 1; }
                    }""");
        }
    }

    @Nested
    class WhenWorkIsUnfinished {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Future<String>",
                    "FutureTask<String>",
                    "ScheduledFuture<String>",
                    "Stream<String>",
                    "IntStream",
                    "BaseStream<String, ?>",
                    "Iterator<String>",
                    "Scanner",
                    "Spliterator<String>",
                    "Enumeration<String>",
                    "Callable<String>",
                    "java.util.function.Supplier<String>",
                    "Runnable",
                    "java.io.InputStream",
                    "List<Future<String>>",
                    "List<? extends Stream<String>>",
                    "Optional<List<CompletableFuture<String>>>",
                    "CompletionStage<Stream<String>>",
                    "Future<String>[]",
                    "List<reactor.core.publisher.Mono<String>>",
                    "OwnStage"
                })
        void aReturnTypeThatNoAdapterAwaitsIsAnErrorWithTheRightOnes(String type) {
            Expected.in("""
                    class Job {
                        static class OwnStage extends CompletableFuture<String> {}

                        @FileLocked("x") // error: its end cannot be known; return a CompletionStage
                        %s run() { return null; }
                    }""".formatted(type));
        }

        @Test
        void aTypeVariableCountsAsItsBound() {
            Expected.in("""
                    class Job {
                        @FileLocked("x") // error: the work of a java.util.concurrent.Future may go on
                        <F extends Future<?>> F run() { return null; }
                    }""");
        }

        @Test
        void aSuspendingFunctionIsAnError() {
            JavaFileObject continuation = JavaFileObjects.forSourceString(
                    "kotlin.coroutines.Continuation", "package kotlin.coroutines; public interface Continuation<T> {}");
            Expected.in("""
                    class Job {
                        @FileLocked("x") // error: the work of a suspending function may go on
                        Object run(kotlin.coroutines.Continuation<? super String> rest) { return null; }
                    }""", continuation);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "void",
                    "Object",
                    "List<String>",
                    "List<?>",
                    "Class<Future<String>>",
                    "String[]",
                    "List<List<List<List<List<String>>>>>",
                    "java.io.ByteArrayInputStream",
                    "Iterable<String>",
                    "CompletionStage<String>",
                    "CompletableFuture<String>",
                    "Flow.Publisher<String>",
                    "org.reactivestreams.Publisher<String>",
                    "reactor.core.publisher.Mono<String>",
                    "io.reactivex.rxjava3.core.Single<String>"
                })
        void aReturnTypeThatAnAdapterAwaitsIsNone(String type) {
            Expected.in("""
                    class Job {
                        @FileLocked("x")
                        %s run() { throw new IllegalStateException(); }
                    }""".formatted(type));
        }

        @Test
        void anAbstractMethodIsNoneBecauseItsImplementationMayReturnMore() {
            Expected.in("""
                    @FileLocked("x")
                    abstract class Job {
                        abstract Future<String> run();
                    }""");
        }

        @Test
        void ofAClassAMethodThatIsNotPrivateIsAnErrorAtItself() {
            Expected.in("""
                    @FileLocked("x")
                    class Job {
                        Stream<String> lines() { return null; } // error: the work of a java.util.stream.Stream
                        private Stream<String> helper() { return null; }
                    }""");
        }
    }

    @Nested
    class WhenAnElementCannotBeLocked {

        @Test
        void aConstructorIsAnErrorThatNamesAFactoryMethod() {
            Expected.in("""
                    class Job {
                        @FileLocked("x")
                        @Retention(RetentionPolicy.RUNTIME)
                        @interface Locked {}

                        @Locked // error: lock a factory method
                        Job() {}
                    }""");
        }

        @Test
        void twoComposedAnnotationsAreAnErrorUnlessADirectOneCounts() {
            Expected.in("""
                    class Job {
                        @FileLocked("x") @Retention(RetentionPolicy.RUNTIME) @interface One {}
                        @FileLocked("y") @Retention(RetentionPolicy.RUNTIME) @interface Other {}

                        @One
                        @Other // error: there are 2 composed annotations; leave one
                        void run() {}

                        @One @Other @FileLocked("z")
                        void direct() {}
                    }""");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "@Retention(RetentionPolicy.CLASS)", "@Retention(RetentionPolicy.SOURCE)"})
        void aComposedAnnotationThatIsGoneAtRunTimeIsAnError(String retention) {
            Expected.in("""
                    class Job {
                        @FileLocked("x") %s // error: would run unlocked; give it @Retention(RetentionPolicy.RUNTIME)
                        @interface Locked {}
                    }""".formatted(retention));
        }

        @Test
        void attributesThatSpringOverridesAreNotRead() {
            Expected.in("""
                    class Job {
                        @FileLocked(value = "", onBusy = OnBusy.SKIP)
                        @Retention(RetentionPolicy.RUNTIME)
                        @interface Locked {
                            @org.springframework.core.annotation.AliasFor(annotation = FileLocked.class)
                            String[] value();
                            @org.springframework.core.annotation.AliasFor(annotation = FileLocked.class)
                            OnBusy onBusy() default OnBusy.FAIL;
                        }

                        @Locked("a")
                        int run() { return 1; }
                    }""");
        }
    }

    @Nested
    class WhenOnlySomeAdaptersLock {

        @Test
        void anInterfacesMethodIsAWarning() {
            Expected.in("""
                    interface Job {
                        @FileLocked("x") // warning: weaving does not lock the implementations of an abstract method
                        void run();

                        @FileLocked("x")
                        default void body() {}
                    }""");
        }

        @Test
        void anInterfaceIsAWarningIfItHasMethodsToImplement() {
            Expected.in("""
                    class Job {
                        @FileLocked("x") // warning: weaving does not lock the implementations of an interface
                        interface Face { void run(); }

                        @FileLocked("x")
                        interface Bodies { default void run() {} }
                    }""");
        }

        @Test
        void anAbstractMethodIsAWarning() {
            Expected.in("""
                    abstract class Job {
                        @FileLocked("x") // warning: weaving does not lock the implementations of an abstract method
                        abstract void run();
                    }""");
        }

        @Test
        void aNativeMethodIsAWarning() {
            Expected.in("""
                    class Job {
                        @FileLocked("x") // warning: weaving does not lock a native method
                        native void run();
                    }""");
        }

        @Test
        void aSynchronizedMethodIsAWarningWithTheRightForm() {
            Expected.in("""
                    class Job {
                        @FileLocked("x") // warning: put synchronized (this) inside the body
                        synchronized void run() {}
                    }""");
        }

        @Test
        void aSynchronizedMethodOfABeanIsNone() {
            Expected.in("""
                    @Service
                    class Job {
                        @FileLocked("x")
                        synchronized void run() {}
                    }""");
        }

        @ParameterizedTest
        @ValueSource(strings = {"private", "static", "final"})
        void aMethodOfASpringStereotypeThatNoProxyInterceptsIsAWarning(String modifier) {
            Expected.in("""
                    class Job {
                        @Component
                        static class One {
                            @FileLocked("x")
                            %1$s void run() {} // warning: a Spring proxy cannot intercept a %1$s method
                        }
                        @org.springframework.context.annotation.Configuration
                        static class Two {
                            @FileLocked("x")
                            %1$s void run() {} // warning: make it overridable, or weave the class
                        }
                        static class NoBean {
                            @FileLocked("x")
                            %1$s void run() {}
                        }
                    }""".formatted(modifier));
        }

        @Test
        void underAClassesAnnotationOfAStereotypePrivateHelpersAreNone() {
            Expected.in("""
                    @Component
                    @FileLocked("x")
                    class Job {
                        final void run() {} // warning: a Spring proxy cannot intercept a final method
                        private void helper() {}
                        void plain() {}
                    }""");
        }

        @Test
        void aComposedAnnotationTwoLevelsDeepIsAWarning() {
            Expected.in("""
                    class Job {
                        @FileLocked("x") @Retention(RetentionPolicy.RUNTIME) @interface Inner {}
                        @Inner @Retention(RetentionPolicy.RUNTIME) @interface Outer {}

                        @Outer // warning: one level deep only; put @FileLocked on @Outer itself
                        void run() {}
                    }""");
        }

        @Test
        void theWarningsAreSilencedByNameAndTheErrorsAreNot() {
            Expected.in("""
                    class Job {
                        @SuppressWarnings("filelocked")
                        interface Face {
                            @FileLocked("x")
                            void run();
                            @FileLocked("${") // error: never closed
                            void wrong();
                        }
                        @FileLocked("x")
                        @SuppressWarnings({"unused", "filelocked"})
                        synchronized void run() {}

                        @SuppressWarnings("unused")
                        @FileLocked("x") // warning: synchronized
                        synchronized void other() {}
                    }""");
        }
    }

    @Nested
    class WhenTheCodeDoesNotCompile {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "class Job { @FileLocked void run() {} }",
                    "class Job { @FileLocked(UNKNOWN) void run() {} }",
                    "class Job { @FileLocked({\"a\", UNKNOWN}) void run() {} }",
                    "class Job { @FileLocked(5) void run() {} }",
                    "class Job { @FileLocked(value = \"x\", timeout = UNKNOWN) void run() {} }",
                    "class Job { @FileLocked(value = \"x\", onBusy = UNKNOWN) int run() { return 1; } }",
                    "class Job { @FileLocked(value = \"x\", unknown = 1) int run() { return 1; } }",
                    "class Job { @FileLocked(value = \"x\", value = \"y\") void run() {} }",
                    "class Job { @FileLocked(\"#{#a}\") Unknown run(Unknown a) { return null; } }",
                    "class Job extends Unknown { @FileLocked(\"x\") List<Unknown> run() { return null; } }",
                    "class Job { static class S extends Unknown {} @FileLocked(\"x\") S run() { return null; } }",
                    "class Job { @FileLocked(\"x\") <T extends Unknown> T run() { return null; } }",
                    "class Job { @Unknown @FileLocked(\"x\") void run() {} }",
                    "@Unknown class Job { @FileLocked(\"x\") private void run() {} }",
                    "class Job { @Retention(UNKNOWN) @FileLocked(\"x\") @interface A {} @A void run() {} }",
                    "class Job { @FileLocked(\"x\") int field; @FileLocked(\"y\") Job() {} }",
                    "@FileLocked(\"x\") package",
                    "class Job { @FileLocked(\"x\") void run( }",
                    "class Job extends Job { @FileLocked(\"x\") Job run() { return null; } }",
                    "@Job @interface Job { @FileLocked(\"x\") class A { @Job private void run() {} } }"
                })
        void theProcessorNeitherThrowsNorGivesUp(String source) {
            String whole =
                    "import io.github.filelocked.*; import java.lang.annotation.*; import java.util.*; " + source;
            assertThat(Expected.compile(whole).diagnostics())
                    .noneMatch(diagnostic -> diagnostic.toString().contains("was not checked"))
                    .noneMatch(diagnostic -> diagnostic.toString().contains("never closed"));
        }
    }

    @Nested
    class WhenTheCodeIsRight {

        /** Most of them use a library that is missing here, so their other types are incomplete, too. */
        @Test
        void theExamplesAreCompiledWithoutAReport() throws IOException {
            List<Path> sources = sources(Path.of("examples")).stream()
                    .filter(source -> !source.startsWith("examples/integrations")) // Its mistakes are on purpose.
                    .toList();
            assertThat(reports(sources)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "LockedPathTest",
                    "aspectj/WovenLockOrderTest",
                    "aspectj/WovenProcessesTest",
                    "boot/AutoConfigurationTest",
                    "boot/GracefulShutdownTest",
                    "boot/SigtermTest",
                    "invoke/ReleasingStageTest",
                    "spring/AheadOfTimeTest",
                    "spring/EarlyBeanTest",
                    "spring/OrderTest",
                    "spring/ReactiveTypesTest",
                    "spring/RetryOrderTest",
                    "spring/ScheduledRunTest",
                    "spring/WovenTransactionTest"
                })
        void theFixturesAreCompiledWithoutAReport(String test) throws IOException {
            Path source = Path.of("src/test/java/io/github/filelocked", test + ".java");
            assertThat(reports(List.of(source))).isEmpty();
        }

        private static List<Path> sources(Path directory) throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                return files.filter(file -> file.toString().endsWith(".java")).toList();
            }
        }

        private static List<Expected.Line> reports(List<Path> sources) throws IOException {
            List<JavaFileObject> files = new ArrayList<>();
            for (Path source : sources) {
                files.add(JavaFileObjects.forResource(source.toUri().toURL()));
            }
            assertThat(files).isNotEmpty();
            return Expected.reports(Compiler.javac()
                    .withOptions("-proc:only", "-sourcepath", "src/test/java")
                    .withProcessors(new FileLockedProcessor())
                    .compile(files));
        }
    }

    @Nested
    class WhenACompilerIsStarted {

        private static final String WRONG = """
                package job;
                public class Job {
                    @io.github.filelocked.FileLocked("${")
                    void run() {}
                }""";

        @TempDir
        Path directory;

        @Test
        void theJarAloneIsEnoughForTheProcessorThatItsOptionNames() throws IOException {
            assertThat(javac(
                            "-processorpath",
                            Javac.codeOf(FileLockedProcessor.class).toString(),
                            "-processor",
                            FileLockedProcessor.class.getName()))
                    .contains("Job.java:3: error: @FileLocked: \"${\" has a { that is never closed");
        }

        @Test
        void theClassPathActivatesNothingAndSaysNothing() throws IOException {
            assertThat(javac("-Xlint:all", "-Werror")).isEmpty();
        }

        private String javac(String... options) throws IOException {
            Path classes = directory.resolve("classes");
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.addAll(List.of("-d", classes.toString()));
            arguments.addAll(List.of("-cp", Javac.codeOf(FileLocked.class).toString()));
            arguments.addAll(Javac.write(classes, WRONG));
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            ToolProvider.getSystemJavaCompiler().run(null, messages, messages, arguments.toArray(String[]::new));
            return messages.toString(StandardCharsets.UTF_8);
        }
    }
}
