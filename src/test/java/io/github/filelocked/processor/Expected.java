package io.github.filelocked.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/** Compiles a source whose comments say what the processor reports, and where: {@code // error: text}. */
final class Expected {

    private static final Pattern COMMENT = Pattern.compile("// (error|warning): (.+)");

    private static final String HEADER = "package job;"
            + " import io.github.filelocked.*; import java.nio.file.*; import java.util.*;"
            + " import java.util.concurrent.*;"
            + " import java.util.stream.*; import java.lang.annotation.*; import org.springframework.stereotype.*;\n";

    private Expected() {}

    /** Asserts that the processor reports what the comments say, and nothing else. */
    static void in(String source, JavaFileObject... others) {
        String whole = HEADER + source;
        List<Line> expected = comments(whole);
        List<Line> actual = reports(compile(whole, others));
        assertThat(actual)
                .as(whole)
                .usingElementComparator(Comparator.<Line>comparingLong(Line::number)
                        .thenComparing(Line::kind)
                        .thenComparing((one, other) -> one.text().contains(other.text()) ? 0 : 1))
                .containsExactlyElementsOf(expected);
    }

    static Compilation compile(String source, JavaFileObject... others) {
        List<JavaFileObject> files = new ArrayList<>(List.of(others));
        files.add(JavaFileObjects.forSourceString("job.Job", source));
        return Compiler.javac().withProcessors(new FileLockedProcessor()).compile(files);
    }

    /** The processor's own messages, notes included. */
    static List<Line> reports(Compilation compilation) {
        return compilation.diagnostics().stream()
                .filter(diagnostic -> diagnostic.getMessage(Locale.ROOT).contains("@FileLocked: "))
                .map(Expected::line)
                .sorted(Comparator.comparingLong(Line::number).thenComparing(Line::kind))
                .toList();
    }

    private static Line line(Diagnostic<?> diagnostic) {
        return new Line(
                diagnostic.getLineNumber(),
                diagnostic.getKind().toString().toLowerCase(Locale.ROOT),
                diagnostic.getMessage(Locale.ROOT));
    }

    private static List<Line> comments(String source) {
        List<Line> lines = new ArrayList<>();
        List<String> all = source.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            Matcher comment = COMMENT.matcher(all.get(i));
            if (comment.find()) {
                lines.add(new Line(i + 1, comment.group(1), comment.group(2)));
            }
        }
        return lines;
    }

    /** A report, by the number of its line. */
    record Line(long number, String kind, String text) {}
}
