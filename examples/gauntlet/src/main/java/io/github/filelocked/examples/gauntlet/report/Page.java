package io.github.filelocked.examples.gauntlet.report;

import io.github.filelocked.examples.gauntlet.contender.Contenders;
import io.github.filelocked.examples.gauntlet.contender.Database;
import io.github.filelocked.examples.gauntlet.scene.Outcome;
import io.github.filelocked.examples.gauntlet.scene.Scenes;
import io.github.filelocked.examples.gauntlet.scene.Scenes.Act;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The outcomes as Markdown: the tables for any page, and a page that has all that was seen. */
public record Page(Results results, Machine machine) {

    /** Writes all of it as a page of its own. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                "# The gauntlet: what was seen\n\n" + Section.mark(tables()) + "\n## The contenders\n\n" + contenders()
                        + results.scenes().map(this::seen).collect(Collectors.joining()));
    }

    /** Puts the tables into a page that has a place for them. */
    public void insertInto(Path file) throws IOException {
        Files.writeString(file, Section.replaceIn(Files.readString(file), tables()));
    }

    private String tables() {
        return "Run on " + machine + ".\n\n" + results.acts().map(this::table).collect(Collectors.joining("\n"));
    }

    private String table(Act act) {
        List<Scenes> scenes = results.scenes(act);
        return row(Stream.concat(Stream.of(act.title()), scenes.stream().map(Scenes::head)))
                + row(Stream.concat(Stream.of("---"), scenes.stream().map(scene -> "---")))
                + results.contenders().stream()
                        .map(who -> row(Stream.concat(
                                Stream.of(name(who)), scenes.stream().map(scene -> cell(results.outcome(scene, who))))))
                        .collect(Collectors.joining());
    }

    private String contenders() {
        return row(Stream.of("who", "version", "used how"))
                + row(Stream.of("---", "---", "---"))
                + results.contenders().stream()
                        .map(who -> row(Stream.of(who.label(), who.version().orElse(""), who.setting())))
                        .collect(Collectors.joining())
                + "\nThe database is " + Database.product() + ", in memory, in a JVM that does not play.\n";
    }

    private String seen(Scenes scene) {
        return "\n## %s\n\n%s\n\n".formatted(scene.head(), scene.question())
                + results.contenders().stream()
                        .map(who -> {
                            Outcome outcome = results.outcome(scene, who);
                            return "- %s: %s. %s.\n"
                                    .formatted(who.label(), cell(outcome), capitalised(outcome.detail()));
                        })
                        .collect(Collectors.joining());
    }

    private static String name(Contenders who) {
        return who.version().map(version -> who.label() + " " + version).orElse(who.label());
    }

    private static String cell(Outcome outcome) {
        return switch (outcome.verdict()) {
            case HOLDS, REPORTED, LACKS -> outcome.word();
            case THROWS, HANGS, LOSES -> "**" + outcome.word() + "**";
        };
    }

    private static String capitalised(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    private static String row(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
