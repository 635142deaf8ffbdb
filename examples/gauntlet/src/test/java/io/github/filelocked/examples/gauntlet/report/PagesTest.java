package io.github.filelocked.examples.gauntlet.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the guide with the last full run. */
class PagesTest {

    @Test
    void theGuideShowsTheTablesOfTheLastRun() throws IOException {
        assertThat(tablesOf("../../src/site/markdown/gauntlet.md")).isEqualTo(tablesOf("results/gauntlet.md"));
    }

    private static String tablesOf(String page) throws IOException {
        return Section.contentOf(Files.readString(Path.of(page)));
    }
}
