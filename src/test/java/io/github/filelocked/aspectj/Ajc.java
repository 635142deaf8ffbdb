package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocked;
import io.github.filelocked.fixture.Javac;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aspectj.bridge.IMessage;
import org.aspectj.bridge.MessageHandler;
import org.aspectj.lang.JoinPoint;
import org.aspectj.tools.ajc.Main;
import org.jspecify.annotations.Nullable;

/** The AspectJ compiler, as a build calls it: this library is its aspect path. */
public final class Ajc {

    private Ajc() {}

    /** Compiles and weaves sources; returns its warnings and errors. */
    public static List<String> compile(Path classes, String... sources) throws IOException {
        return compile(classes, List.of("-g"), sources);
    }

    public static List<String> compile(Path classes, List<String> options, String... sources) throws IOException {
        return run(classes, join(options, Javac.write(classes, sources)));
    }

    /** Weaves what is compiled already. */
    static List<String> weave(Path woven, Path compiled, String... options) throws IOException {
        Files.createDirectories(woven);
        return run(woven, join(List.of("-inpath", compiled.toString()), List.of(options)));
    }

    /** Weaves what is compiled already with another aspect, and without this library's. */
    public static List<String> weaveWithout(Path woven, Path compiled, String aspect) throws IOException {
        return runWith("", woven, join(List.of("-g", "-inpath", compiled.toString()), Javac.write(woven, aspect)));
    }

    private static List<String> run(Path classes, List<String> arguments) {
        return runWith(Javac.codeOf(FileLockedAspect.class).toString(), classes, arguments);
    }

    private static List<String> runWith(String aspectPath, Path classes, List<String> arguments) {
        MessageHandler messages = new MessageHandler(true);
        Main compiler = new Main();
        compiler.setHolder(messages);
        compiler.runMain(
                join(
                                List.of(
                                        "--release",
                                        "17",
                                        "-proc:none",
                                        "-d",
                                        classes.toString(),
                                        "-cp",
                                        classPath(),
                                        "-aspectpath",
                                        aspectPath),
                                arguments)
                        .toArray(String[]::new),
                false);
        return Arrays.stream(messages.getMessages(null, true))
                .filter(message -> message.getKind().compareTo(IMessage.WARNING) >= 0)
                .map(IMessage::toString)
                .toList();
    }

    private static String classPath() {
        return Stream.of(FileLocked.class, JoinPoint.class, Nullable.class)
                .map(type -> Javac.codeOf(type).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
