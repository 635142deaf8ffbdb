package io.github.filelocked.aspectj;

import io.github.filelocked.lock.LockRefusedException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aspectj.bridge.IMessage;
import org.aspectj.bridge.ISourceLocation;
import org.aspectj.bridge.MessageHandler;
import org.aspectj.tools.ajc.Main;

/**
 * The AspectJ compiler, applied to a directory of compiled classes. It reads copies and writes elsewhere, so that a
 * failure leaves the directory as it was, and an unchanged class keeps its file and its time.
 */
final class BinaryWeaver {

    /**
     * Without this choice, AspectJ applies each aspect that it finds among the classes, such as one for Spring's
     * proxies.
     */
    private static final String ONLY_THIS_ASPECT =
            "<aspectj><aspects><aspect name=\"" + FileLockedAspect.class.getName() + "\"/></aspects></aspectj>";

    /** The weaver writes such classes anew beside each class that it weaves. */
    private static final Pattern CLOSURE = Pattern.compile(".*\\$AjcClosure\\d+\\.class");

    /** AspectJ's message about a class that another run has woven with an aspect of its own. */
    private static final String OTHER_WEAVER = "must be defined to the weaver";

    private static final String FIX_OTHER_WEAVER = "Another tool has woven these classes already: put filelocked on the"
            + " aspect path of that tool, and run " + Weave.class.getName() + " with --check.";

    /** AspectJ puts the text of a {@code @DeclareError} in quotes. */
    private static final Pattern QUOTES = Pattern.compile("^\"(.*)\"$", Pattern.DOTALL);

    private final Path directory;
    private final Path copies;
    private final Path woven;

    private BinaryWeaver(Path directory, Path scratch) throws IOException {
        this.directory = directory;
        this.copies = Files.createDirectory(scratch.resolve("copies"));
        this.woven = Files.createDirectory(scratch.resolve("woven"));
    }

    /** Weaves the classes of a directory in place. */
    static void weave(Path directory) throws IOException {
        Path scratch = Files.createTempDirectory(directory.resolveSibling("").toAbsolutePath(), "filelocked-weave-");
        try {
            BinaryWeaver weaver = new BinaryWeaver(directory, scratch);
            weaver.copyClasses();
            weaver.run(Files.writeString(scratch.resolve("aop.xml"), ONLY_THIS_ASPECT));
            weaver.removeStaleClosures();
            weaver.moveWovenClasses();
        } finally {
            for (Path each : files(scratch).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Leaves out {@code META-INF}, because the versions of a class in it would replace the class itself. */
    private void copyClasses() throws IOException {
        for (Path file : classFiles(directory)) {
            Path name = directory.relativize(file);
            if (!name.startsWith("META-INF") && !isClosure(file)) {
                Path copy = copies.resolve(name);
                Files.createDirectories(copy.resolveSibling(""));
                Files.copy(file, copy);
            }
        }
    }

    private void run(Path aopXml) {
        MessageHandler messages = new MessageHandler(true);
        String[] arguments = {
            "-inpath",
            copies.toString(),
            "-d",
            woven.toString(),
            "-aspectpath",
            location(FileLockedAspect.class).toString(),
            "-classpath",
            classPath(),
            "-xmlConfigured",
            aopXml.toString(),
            "-proc:none",
            "-nowarn",
            "-Xlint:ignore"
        };
        new Main().run(arguments, messages);
        List<IMessage> errors = List.of(messages.getMessages(IMessage.ERROR, true));
        if (!errors.isEmpty()) {
            String text = errors.stream().map(BinaryWeaver::line).distinct().collect(Collectors.joining("\n"));
            throw new LockRefusedException("AspectJ cannot weave " + directory + ":\n" + text
                    + (text.contains(OTHER_WEAVER) ? "\n" + FIX_OTHER_WEAVER : ""));
        }
    }

    private static String line(IMessage error) {
        ISourceLocation at = error.getSourceLocation();
        String where = at == null || at.getLine() == 0 ? "" : at.getSourceFile().getName() + ":" + at.getLine() + ": ";
        return "  " + where + QUOTES.matcher(error.getMessage()).replaceAll("$1");
    }

    /**
     * AspectJ also writes into each class that an aspect of another tool could be woven into; those stay as they are.
     */
    private void moveWovenClasses() throws IOException {
        for (Path file : classFiles(woven)) {
            Path target = directory.resolve(woven.relativize(file).toString());
            if (isClosure(file)
                    ? isNew(file, target)
                    : isNew(file, target) && (isOfAspect(file) || isOfAspect(target))) {
                Files.move(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private void removeStaleClosures() throws IOException {
        for (Path file : classFiles(directory)) {
            if (isClosure(file) && !Files.exists(woven.resolve(directory.relativize(file)))) {
                Files.delete(file);
            }
        }
    }

    private static boolean isClosure(Path file) {
        return CLOSURE.matcher(file.getFileName().toString()).matches();
    }

    private static boolean isNew(Path file, Path target) throws IOException {
        return !Files.exists(target) || Files.mismatch(file, target) >= 0;
    }

    private static boolean isOfAspect(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).contains(DeclaredMethod.ASPECT_OF);
    }

    static List<Path> classFiles(Path directory) throws IOException {
        return files(directory)
                .filter(file -> file.toString().endsWith(".class") && Files.isRegularFile(file))
                .sorted()
                .toList();
    }

    private static Stream<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList().stream();
        }
    }

    /** Under Maven's {@code exec:java} the class path is that of a class loader, and not that of the JVM. */
    private static String classPath() {
        Set<String> entries = new LinkedHashSet<>();
        if (BinaryWeaver.class.getClassLoader() instanceof URLClassLoader loader) {
            Arrays.stream(loader.getURLs()).map(url -> path(url).toString()).forEach(entries::add);
        } else {
            entries.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        }
        return String.join(File.pathSeparator, entries);
    }

    private static Path location(Class<?> type) {
        return path(type.getProtectionDomain().getCodeSource().getLocation());
    }

    private static Path path(URL url) {
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException strange) {
            throw new LockRefusedException("AspectJ can weave with files and directories only, and not with " + url);
        }
    }
}
