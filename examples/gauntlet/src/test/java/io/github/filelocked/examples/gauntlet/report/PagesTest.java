package io.github.filelocked.examples.gauntlet.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages show is what the last full run printed. */
class PagesTest {

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "../../README.md"})
    void showsTheTablesOfTheLastRun(String page) throws IOException {
        assertThat(tablesOf(page)).isEqualTo(tablesOf("results/gauntlet.md"));
    }

    private static String tablesOf(String page) throws IOException {
        return Section.contentOf(Files.readString(Path.of(page)));
    }
}
