package io.github.filelocked;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** Compiles sources while a test runs. */
public final class Javac {

    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |abstract |final )*(?:class|@?interface|enum|record) (\\w+)");

    private Javac() {}

    /** Compiles with debug information, as builds do. */
    public static void compile(Path classes, String... sources) throws IOException {
        compile(classes, List.of("-g"), sources);
    }

    /**
     * Compiles against this library.
     *
     * @param sources each begins with its package, and is named after its first top-level type
     */
    public static void compile(Path classes, List<String> options, String... sources) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-proc:none", "-d", classes.toString()));
        arguments.addAll(List.of("-cp", codeOf(FileLocked.class).toString()));
        arguments.addAll(options);
        arguments.addAll(write(classes, sources));
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler().run(null, messages, messages, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new AssertionError(messages.toString(StandardCharsets.UTF_8));
        }
    }

    /** Writes sources beside the directory for their classes. */
    public static List<String> write(Path classes, String... sources) throws IOException {
        Path directory = classes.resolveSibling(classes.getFileName() + "-sources");
        List<String> files = new ArrayList<>();
        for (String source : sources) {
            Path file = directory.resolve(find(PACKAGE, source).replace('.', '/') + "/" + find(TYPE, source) + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source).toString());
        }
        Files.createDirectories(classes);
        return files;
    }

    /** The directory or jar that a class of the test's class path comes from. */
    public static Path codeOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A loader of its own for compiled classes, above this library's. */
    public static URLClassLoader load(Path... classes) {
        return new URLClassLoader(
                Arrays.stream(classes).map(Javac::url).toArray(URL[]::new), Javac.class.getClassLoader());
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String find(Pattern pattern, String source) {
        Matcher matcher = pattern.matcher(source);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + source);
        }
        return matcher.group(1);
    }
}
