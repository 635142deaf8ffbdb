package io.github.filelocked.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the form of the pages. */
class PagesTest {

    private static final Set<String> LANGUAGES =
            Set.of("java", "xml", "sh", "text", "json", "groovy", "python", "kotlin", "properties");
    /** The guide leads out of itself by absolute links, because the site has only the guide. */
    private static final String FORGE = "https://github.com/filelocked/filelocked/blob/main/";

    private static final int README_LINES = 150;
    private static final int LINE = 120;
    private static final int CODE_LINE = 100;

    static Stream<Page> pages() {
        return Page.all().stream();
    }

    static Stream<Page> pagesForUsers() {
        return Page.forUsers().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFile(Page page) {
        Path directory = page.file().toAbsolutePath().getParent();
        // Anchors of the forge and of the site differ, so links lead to whole pages.
        assertThat(page.links())
                .filteredOn(link -> link.startsWith(FORGE) || !link.matches("https?://.*"))
                .allSatisfy(link -> assertThat(
                                link.startsWith(FORGE)
                                        ? Path.of(link.substring(FORGE.length()))
                                        : directory.resolve(link))
                        .exists());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockNamesItsLanguage(Page page) {
        assertThat(page.blocks())
                .allSatisfy(
                        block -> assertThat(block.language()).as("%s", block).isIn(LANGUAGES));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noLineIsTooLong(Page page) throws IOException {
        assertThat(page.lines())
                .filteredOn(line -> !line.startsWith("|")) // A row of a table cannot be broken.
                .allSatisfy(line -> assertThat(line.codePointCount(0, line.length()))
                        .as(line)
                        .isLessThanOrEqualTo(LINE));
    }

    @ParameterizedTest
    @MethodSource("pagesForUsers")
    void noLineOfCodeIsTooLong(Page page) {
        assertThat(page.blocks())
                .flatExtracting(block -> block.text().lines().toList())
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(CODE_LINE));
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(README_LINES);
    }

    @Test
    void theFirstPageOfTheGuideLinksAllOthers() throws IOException {
        try (Stream<Path> files = Files.list(Page.GUIDE)) {
            assertThat(new Page(Page.GUIDE.resolve("index.md")).links())
                    .containsAll(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("index.md"))
                            .toList());
        }
    }

    @Test
    void theGuideListsEachSetting() throws IOException {
        String metadata = Files.readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json"));
        int properties = metadata.indexOf("\"properties\"");
        assertThat(tableOf("spring-boot.md", "filelocked\\.[a-z-]+", "| setting |"))
                .containsExactlyInAnyOrderElementsOf(
                        found("\"name\": \"(filelocked\\.[a-z-]+)\"", metadata.substring(properties)));
    }

    private static List<String> tableOf(String page, String name, String head) throws IOException {
        String text = Files.readString(Page.GUIDE.resolve(page));
        int begin = text.indexOf(head);
        return found("(?m)^\\| `(" + name + ")`", text.substring(begin, text.indexOf("\n\n", begin)));
    }

    private static List<String> found(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return new ArrayList<>(found);
    }
}
