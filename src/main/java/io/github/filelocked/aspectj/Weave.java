package io.github.filelocked.aspectj;

import io.github.filelocked.lock.LockRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program for builds, which weaves {@link FileLockedAspect} into directories of compiled classes, in place, and then
 * fails if a method with {@link io.github.filelocked.FileLocked} is not woven. With {@code --check} it leaves the
 * classes as they are and only checks them, for builds in which another tool weaves.
 *
 * <pre>{@code java -cp ... io.github.filelocked.aspectj.Weave [--check] target/classes}</pre>
 *
 * <p>The class path holds this library, {@code org.aspectj:aspectjtools}, and all that the classes were compiled
 * against. Run it after the last step that writes class files, such as a compiler, in Maven in the phase {@code
 * process-classes}, which {@code mvn compile} does not reach. It writes only the class files whose bytes change, so
 * weaving twice gives the same classes. Aspects of your own are not woven, also if they are in the same directory: let
 * the AspectJ compiler weave all aspects in that case, and run this program with {@code --check}.
 *
 * <p>A directory without a method to lock is an error, because nothing would be checked.
 */
public final class Weave {

    private static final String USAGE =
            "usage: java -cp ... " + Weave.class.getName() + " [--check] <directory of compiled classes>...";

    private static final String FIX_WEAVING = """
            AspectJ left them out, which has three known causes:
              - a native method cannot be woven: annotate a method that calls it
              - AspectJ does not see a composed annotation on a superclass: annotate the class itself
              - a type is missing on the class path: give it all that the classes were compiled against \
            (exec-maven-plugin: <classpathScope>compile</classpathScope>)""";

    private static final String FIX_CHECK = "Run " + Weave.class.getName()
            + " without --check after the last step that writes these classes, or put filelocked on the aspect"
            + " path of the"
            + " tool that weaves them.";

    private Weave() {}

    /**
     * Weaves and checks the given directories, one after the other.
     *
     * @param arguments the directories, and {@code --check} to only check them
     * @throws IOException if a class file cannot be read or written
     * @throws LockRefusedException if a method is not woven or cannot be locked, or a directory has no method to lock;
     *     the message names the methods and the fix
     */
    public static void main(String[] arguments) throws IOException {
        boolean checkOnly = List.of(arguments).contains("--check");
        List<String> directories = Stream.of(arguments)
                .filter(argument -> !argument.equals("--check"))
                .toList();
        if (directories.isEmpty() || directories.stream().anyMatch(directory -> directory.startsWith("-"))) {
            throw new LockRefusedException(USAGE);
        }
        for (String directory : directories) {
            run(Path.of(directory).toAbsolutePath(), checkOnly);
        }
    }

    private static void run(Path directory, boolean checkOnly) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new LockRefusedException("there is no directory " + directory
                    + ": name the one into which the classes are compiled, and run this after they are");
        }
        try {
            if (!checkOnly) {
                BinaryWeaver.weave(directory);
            }
            int woven = check(directory, checkOnly ? FIX_CHECK : FIX_WEAVING);
            System.out.println("filelocked: woven methods in " + directory + ": " + woven);
        } catch (NoClassDefFoundError missing) {
            throw new LockRefusedException("AspectJ's weaver is not on the class path: add org.aspectj:aspectjtools"
                    + " (exec-maven-plugin: as a dependency of the plugin, with"
                    + " <includePluginDependencies>true</includePluginDependencies>); missing is "
                    + missing.getMessage());
        }
    }

    private static int check(Path directory, String fix) throws IOException {
        ClassFiles classes = new ClassFiles(directory);
        List<DeclaredMethod> unwoven = classes.unwoven();
        if (!unwoven.isEmpty()) {
            throw new LockRefusedException(unwoven.stream()
                    .map(method -> "  " + method)
                    .collect(Collectors.joining(
                            "\n", "not woven, so @FileLocked has no effect, in " + directory + ":\n", "\n" + fix)));
        }
        if (classes.woven() == 0) {
            throw new LockRefusedException("no class in " + directory + " has a method to lock: name another directory,"
                    + " annotate a method with @FileLocked, or remove this step from the build."
                    + " On an interface's or an abstract method the annotation says nothing to a weaver");
        }
        return classes.woven();
    }
}
