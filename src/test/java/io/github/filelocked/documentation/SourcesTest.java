package io.github.filelocked.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the sources to the rules for what people read. */
class SourcesTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final int SHARE_OF_VERBS = 80;
    private static final Pattern VERB = Pattern.compile("[A-Z][a-z]+s");
    private static final Set<String> NO_VERBS = Set.of("As", "This", "Its", "Has", "Is", "Was");
    private static final Pattern QUESTION =
            Pattern.compile("/\\*\\*\\s+(?:\\*\\s+)?((?:Who|Whoever|What|How|Whether)\\b.*)");

    private static final List<String> SUMMARIES = new ArrayList<>();

    @BeforeAll
    static void readSummariesOfMethods() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(javaFiles(MAIN)));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void unused) {
                        DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
                        if (comment != null && !comment.getFirstSentence().isEmpty()) {
                            SUMMARIES.add(comment.getFirstSentence().get(0).toString());
                        }
                        return super.visitMethod(method, null);
                    }
                }.scan(unit, null);
            }
        }
    }

    private static List<Path> javaFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>(javaFiles(Path.of("src")));
        files.addAll(javaFiles(Path.of("examples")));
        return files;
    }

    @Test
    void mostMethodsAreDescribedByAVerb() {
        assertThat(SUMMARIES).hasSizeGreaterThan(300);
        List<String> others =
                SUMMARIES.stream().filter(summary -> !opensWithVerb(summary)).toList();
        assertThat(others).hasSizeLessThan(SUMMARIES.size() * (100 - SHARE_OF_VERBS) / 100);
    }

    private static boolean opensWithVerb(String summary) {
        String word = summary.split("\\W", 2)[0];
        return VERB.matcher(word).matches() && !NO_VERBS.contains(word);
    }

    @Test
    void noCommentOpensWithAQuestion() throws IOException {
        List<String> questions = new ArrayList<>();
        for (Path file : sources()) {
            Matcher question = QUESTION.matcher(Files.readString(file));
            while (question.find()) {
                questions.add(file + ": " + question.group(1));
            }
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void noLineIsTooLong() throws IOException {
        int limit = limit();
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            Files.readAllLines(file).stream()
                    .filter(line -> line.codePointCount(0, line.length()) > limit)
                    .forEach(line -> tooLong.add(file + ": " + line));
        }
        assertThat(tooLong).isEmpty();
    }

    private static int limit() throws IOException {
        return Files.readAllLines(Path.of(".editorconfig")).stream()
                .filter(line -> line.startsWith("max_line_length"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
