package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.fixture.Javac;
import io.github.filelocked.lock.LockRefusedException;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.aspectj.lang.JoinPoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Classes are compiled by javac into a directory, as a build does, and are then woven and checked there. */
@Timeout(120)
class WeaveTest {

    private static final String JOB = """
            package app;
            import io.github.filelocked.*;
            public class Job {
                @FileLocked("${java.io.tmpdir}/job") public Object run(int[] times, Inner inner) {
                    return LockedPath.current();
                }
                public static Object call() { return new Job().run(new int[0], null); }
                public static class Inner {}
            }
            """;

    private static final String COMPOSED = """
            package library;
            import io.github.filelocked.FileLocked;
            import java.lang.annotation.*;
            @Retention(RetentionPolicy.RUNTIME)
            @Inherited
            @FileLocked("${java.io.tmpdir}/composed")
            public @interface Composed {}
            """;

    @TempDir
    Path temporary;

    Path classes;

    /** With a space, as in the home directories of some users. */
    @BeforeEach
    void nameTheDirectory() {
        classes = temporary.resolve("target of build").resolve("classes");
    }

    /** Another test may have left the locks of a context that is closed by now. */
    @BeforeEach
    void useLocksOfNoContext() {
        FileLockedAspect.aspectOf().use(FileLocks.create());
    }

    private void weave() throws IOException {
        Weave.main(new String[] {classes.toString()});
    }

    private void check() throws IOException {
        Weave.main(new String[] {"--check", classes.toString()});
    }

    private void compile(String... sources) throws IOException {
        Javac.compile(classes, sources);
    }

    private Object call(String type) throws Exception {
        try (URLClassLoader loader = Javac.load(classes)) {
            return loader.loadClass(type).getMethod("call").invoke(null);
        }
    }

    /** Each file with its time and content. */
    private Map<Path, String> snapshot() throws IOException {
        Map<Path, String> files = new TreeMap<>();
        for (Path file : BinaryWeaver.classFiles(classes)) {
            files.put(file, Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
        }
        return files;
    }

    /** Sets all times back, so that a write shows. */
    private void age() throws IOException {
        for (Path file : BinaryWeaver.classFiles(classes)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        }
    }

    private void assertUnwoven(String... methods) {
        assertThatExceptionOfType(LockRefusedException.class)
                .isThrownBy(this::check)
                .withMessageStartingWith("not woven, so @FileLocked has no effect, in " + classes)
                .extracting(Throwable::getMessage)
                .satisfies(message -> assertThat(message.lines().filter(line -> line.startsWith("  ")))
                        .containsExactly(
                                Stream.of(methods).map(method -> "  " + method).toArray(String[]::new)));
    }

    @Nested
    class WhenClassesAreCompiled {

        @BeforeEach
        void compileJob() throws IOException {
            compile(JOB);
        }

        @Test
        void theyAreLockedOnceWoven() throws Exception {
            weave();

            assertThat(call("app.Job"))
                    .hasToString(Path.of(System.getProperty("java.io.tmpdir")).toRealPath() + "/job");
        }

        @Test
        void theCheckNamesTheMethodsAndTheFix() {
            assertUnwoven("app.Job.run(int[], app.Job$Inner)");
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::check)
                    .withMessageContaining("io.github.filelocked.aspectj.Weave without --check");
        }

        @Test
        void theCheckPassesOnceTheyAreWoven() throws IOException {
            weave();

            assertThatNoException().isThrownBy(WeaveTest.this::check);
        }

        @Test
        void theCheckPassesIfAnotherToolHasWovenTheAspect() throws IOException {
            Path compiled = classes;
            for (String option : List.of("-g", "-XnoInline")) {
                classes = temporary.resolve(option);
                assertThat(Ajc.weave(classes, compiled, option)).isEmpty();

                assertThatNoException().isThrownBy(WeaveTest.this::check);
            }
        }

        @Test
        void weavingTwiceWritesNothing() throws IOException {
            weave();
            age();
            Map<Path, String> before = snapshot();

            weave();

            assertThat(snapshot()).isEqualTo(before);
        }

        @Test
        void weavingAgainRestoresClassesThatACompilerHasWrittenSince() throws IOException {
            weave();
            Map<Path, String> before = snapshot();
            compileJob();
            assertUnwoven("app.Job.run(int[], app.Job$Inner)");

            weave();

            assertThatNoException().isThrownBy(WeaveTest.this::check);
            assertThat(snapshot()).hasSameSizeAs(before);
        }

        @Test
        void weavingAgainRemovesWhatItAddedForADeletedClass() throws IOException {
            compile(JOB, JOB.replace("Job", "Other"));
            weave();
            try (Stream<Path> others = Files.list(classes.resolve("app"))) {
                assertThat(others.filter(file -> file.toString().contains("Other")))
                        .hasSize(3);
            }
            Files.delete(classes.resolve("app/Other.class"));
            Files.delete(classes.resolve("app/Other$Inner.class"));

            weave();

            assertThat(classes.resolve("app").toFile().list())
                    .containsExactlyInAnyOrder("Job.class", "Job$Inner.class", "Job$AjcClosure1.class");
        }

        @Test
        void onlyThoseWithALockedMethodAreWritten() throws IOException {
            age();
            Map<Path, String> before = snapshot();

            weave();

            Map<Path, String> after = snapshot();
            assertThat(after).hasSize(3).containsKey(classes.resolve("app/Job$AjcClosure1.class"));
            Path inner = classes.resolve("app/Job$Inner.class");
            assertThat(after).containsEntry(inner, before.get(inner));
            assertThat(classes.getParent().toFile().list()).containsExactlyInAnyOrder("classes", "classes-sources");
        }

        @Test
        void versionsOfAClassForNewerJdksAreLeftAloneAndReplaceNoClass() throws Exception {
            Path others = temporary.resolve("others");
            Javac.compile(others, "package app;\npublic class Job {}");
            Path version = classes.resolve("META-INF/versions/21/app/Job.class");
            Files.createDirectories(version.resolveSibling(""));
            Files.move(others.resolve("app/Job.class"), version);
            byte[] bytes = Files.readAllBytes(version);

            weave();

            assertThat(version).hasBinaryContent(bytes);
            assertThatNoException().isThrownBy(() -> call("app.Job"));
        }

        @Test
        void aVersionOfAClassForNewerJdksIsCheckedToo() throws IOException {
            Path version = classes.resolve("META-INF/versions/21/app/Job.class");
            Files.createDirectories(version.resolveSibling(""));
            Files.copy(classes.resolve("app/Job.class"), version);

            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::weave)
                    .withMessageContaining("app.Job.run");
        }

        @Test
        void aClassFileNewerThanThisJvmIsWoven() throws IOException {
            Path file = classes.resolve("app/Job.class");
            byte[] bytes = Files.readAllBytes(file);
            bytes[7] = 69; // JDK 25
            Files.write(file, bytes);

            weave();

            assertThat(Files.readAllBytes(file)[7]).isEqualTo((byte) 69);
            assertThatNoException().isThrownBy(WeaveTest.this::check);
        }

        @Test
        void aModulesDescriptionIsLeftAlone() throws IOException {
            Path module = classes.resolve("module-info.class");
            try (var own = Object.class.getModule().getResourceAsStream("module-info.class")) {
                Files.write(module, own.readAllBytes());
            }
            byte[] bytes = Files.readAllBytes(module);

            weave();

            assertThat(module).hasBinaryContent(bytes);
        }
    }

    @Nested
    class WhenMethodsAreLockedInOtherWays {

        @Test
        void interfacesAndAbstractMethodsRaiseNoAlarm() throws IOException {
            compile(JOB, """
                    package app;
                    import io.github.filelocked.FileLocked;
                    public interface Contract {
                        @FileLocked("x") void promised();
                        abstract class Base implements Contract { @FileLocked("x") abstract void also(); }
                        class Implementation extends Base { public void promised() {} void also() {} }
                        @FileLocked("x") interface Marked { void all(); }
                        @FileLocked("x") enum Kind { A, B }
                        @interface Tag { FileLocked value() default @FileLocked("x"); }
                    }
                    """);

            assertUnwoven("app.Job.run(int[], app.Job$Inner)");
            weave();
            check();
        }

        @Test
        void defaultAndStaticAndPrivateMethodsOfInterfacesAreWoven() throws IOException {
            compile("""
                    package app;
                    import io.github.filelocked.FileLocked;
                    public interface Contract {
                        @FileLocked("x") default void given() {}
                        @FileLocked("x") static void shared() {}
                        @FileLocked("x") private void hidden() {}
                    }
                    """);

            assertUnwoven("app.Contract.given()", "app.Contract.shared()", "app.Contract.hidden()");
            weave();
            check();
        }

        @Test
        void anAnnotatedClassIsWovenButNotWhatTheCompilerAddsToIt() throws IOException {
            compile("""
                    package app;
                    import io.github.filelocked.FileLocked;
                    @FileLocked("x")
                    public class All implements Comparable<All> {
                        void one() { Runnable task = () -> {}; }
                        public int compareTo(All other) { return 0; }
                        enum Nested { A }
                    }
                    """);

            assertUnwoven("app.All.one()", "app.All.compareTo(app.All)");
            weave();
            check();
        }

        @Test
        void aNativeMethodIsReportedWithTheFix() throws IOException {
            compile("""
                    package app;
                    public class Job { @io.github.filelocked.FileLocked("x") native void run(); }
                    """);

            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::weave)
                    .withMessageContaining("app.Job.run()")
                    .withMessageContaining("a native method cannot be woven: annotate");
        }

        @Test
        void aMethodThatCannotBeLockedIsReportedWithItsLineAndNothingIsWritten() throws IOException {
            compile(JOB, """
                    package app;
                    import io.github.filelocked.FileLocked;
                    public class Bad {

                        @FileLocked("x") synchronized void run() {}
                    }
                    """);
            Map<Path, String> before = snapshot();

            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::weave)
                    .withMessageContaining("Bad.java:5: @FileLocked: a woven synchronized method")
                    .withMessageContaining("put synchronized (this) inside the body");
            assertThat(snapshot()).isEqualTo(before);
        }
    }

    @Nested
    class WhenTheAnnotationComesFromAnotherModule {

        private static final String BASE = """
                package library;
                @Composed
                public class Base {}
                """;

        Path library;

        @BeforeEach
        void compileLibrary() throws IOException {
            library = temporary.resolve("library");
            Javac.compile(library, COMPOSED, BASE);
        }

        private void compileUse(String members) throws IOException {
            Javac.compile(
                    classes,
                    List.of("-cp", Javac.codeOf(FileLocked.class) + File.pathSeparator + library),
                    "package app;\nimport library.*;\npublic class Use { " + members + " }");
        }

        @Test
        void itIsFoundOnTheClassPathOfAClassLoaderAsInMaven() throws Exception {
            compileUse("@Composed void run() {}");
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> mainInItsOwnLoader(testPathWith(library), "--check", classes.toString()))
                    .withMessageContaining("app.Use.run()");

            assertThatNoException().isThrownBy(() -> mainInItsOwnLoader(testPathWith(library), classes.toString()));
        }

        @Test
        void onASuperclassItIsReportedBecauseAspectJDoesNotSeeItThere() throws Exception {
            compileUse("static class Heir extends Base { void inherited() {} }"
                    + " @Composed interface Marked { void marked(); }"
                    + " static class NoHeir implements Marked { public void marked() {} }");

            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(() -> mainInItsOwnLoader(testPathWith(library), classes.toString()))
                    .withMessageContaining("app.Use$Heir.inherited()")
                    .withMessageContaining("annotate the class itself")
                    .withMessageNotContaining("arked");
        }
    }

    @Nested
    class WhenOtherAspectsAreThere {

        private static final String OWN = """
                package app;
                import org.aspectj.lang.ProceedingJoinPoint;
                import org.aspectj.lang.annotation.*;
                @Aspect
                public class Own {
                    @Around("execution(* app.*.run(..)) || execution(* app.*.plain(..))")
                    public Object doubt(ProceedingJoinPoint call) throws Throwable { return "from the other aspect"; }
                }
                """;

        private static final String PLAIN = """
                package app;
                public class Plain {
                    public static Object call() { return plain(); }
                    static Object plain() { return "plain"; }
                }
                """;

        private void compileWithAspect(String... sources) throws IOException {
            String path = Javac.codeOf(FileLocked.class) + File.pathSeparator + Javac.codeOf(JoinPoint.class);
            Javac.compile(classes, List.of("-g", "-cp", path), sources);
        }

        @Test
        void theyAreNotWovenAndStayAsTheyAre() throws Exception {
            compileWithAspect(JOB, OWN, PLAIN);
            byte[] aspect = Files.readAllBytes(classes.resolve("app/Own.class"));

            weave();

            assertThat(call("app.Job"))
                    .hasToString(Path.of(System.getProperty("java.io.tmpdir")).toRealPath() + "/job");
            assertThat(call("app.Plain")).isEqualTo("plain");
            assertThat(classes.resolve("app/Own.class")).hasBinaryContent(aspect);
        }

        @Test
        void theCheckIsNotDeceivedByClassesThatOnlyTheyAreWovenInto() throws IOException {
            String asking = JOB.replace(
                    "return new Job()",
                    "io.github.filelocked.aspectj.FileLockedAspect.requireWoven(Job.class); return new Job()");
            compileWithAspect(asking);
            Path woven = temporary.resolve("woven by others");
            assertThat(Ajc.weaveWithout(woven, classes, OWN)).isEmpty();

            classes = woven;

            assertUnwoven("app.Job.run(int[], app.Job$Inner)");
        }

        @Test
        void classesThatTheyAreWovenIntoAreLeftToTheToolThatWoveThem() throws IOException {
            compileWithAspect(JOB);
            Path woven = temporary.resolve("woven by others");
            assertThat(Ajc.weaveWithout(woven, classes, OWN)).isEmpty();
            classes = woven;
            Map<Path, String> before = snapshot();

            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::weave)
                    .withMessageContaining("app.Own")
                    .withMessageContaining("--check");
            assertThat(snapshot()).isEqualTo(before);
        }
    }

    @Nested
    class WhenTheCallIsWrong {

        @Test
        void aDirectoryWithNothingToLockIsRejected() throws IOException {
            compile("package app;\npublic class Plain {}");

            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::check)
                    .withMessageContaining(classes.toString())
                    .withMessageContaining("has a method to lock");
        }

        @Test
        void aMissingDirectoryIsRejected() {
            assertThatExceptionOfType(LockRefusedException.class)
                    .isThrownBy(WeaveTest.this::weave)
                    .withMessageContaining("there is no directory " + classes);
        }

        @Test
        void noDirectoryAndUnknownOptionsAreRejected() {
            for (String[] arguments :
                    new String[][] {{}, {"--check"}, {"--chekc", classes.toString()}, {"-d", classes.toString()}}) {
                assertThatExceptionOfType(LockRefusedException.class)
                        .isThrownBy(() -> Weave.main(arguments))
                        .withMessageStartingWith("usage: ");
            }
        }

        @Test
        void aMissingWeaverIsNamed() throws Exception {
            compile(JOB);
            URL[] withoutWeaver = {url(Javac.codeOf(FileLocked.class)), url(Javac.codeOf(LockRefusedException.class))};

            for (String[] arguments : new String[][] {{classes.toString()}, {"--check", classes.toString()}}) {
                assertThatExceptionOfType(LockRefusedException.class)
                        .isThrownBy(() -> mainInItsOwnLoader(withoutWeaver, arguments))
                        .withMessageContaining("org.aspectj:aspectjtools")
                        .withMessageContaining("includePluginDependencies");
            }
        }
    }

    /** Runs the program as exec-maven-plugin does: in a class loader whose URLs are the class path. */
    private static void mainInItsOwnLoader(URL[] path, String... arguments) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            loader.loadClass(Weave.class.getName())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            assertThat(cause.getClass().getName()).as(cause.toString()).isEqualTo(LockRefusedException.class.getName());
            throw new LockRefusedException(cause.getMessage());
        }
    }

    private static URL[] testPathWith(Path... more) {
        return Stream.concat(
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(Path::of),
                        Stream.of(more))
                .map(WeaveTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
