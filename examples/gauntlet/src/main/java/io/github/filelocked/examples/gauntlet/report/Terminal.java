package io.github.filelocked.examples.gauntlet.report;

import io.github.filelocked.examples.gauntlet.contender.Contenders;
import io.github.filelocked.examples.gauntlet.scene.Outcome;
import io.github.filelocked.examples.gauntlet.scene.Scenes;
import io.github.filelocked.examples.gauntlet.scene.Scenes.Act;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/** The outcomes as lines for a terminal, in colour where there is one. */
public final class Terminal {

    private static final int NAME = width(Stream.concat(
            Stream.of(Contenders.values()).map(Contenders::label),
            Stream.of(Act.values()).map(Act::title)));
    private static final int CELL = width(Stream.of(Scenes.values()).map(Scenes::head));
    private static final String GAP = "  ";

    private Terminal() {}

    private static int width(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    /** Announces the next scene. */
    public static String announcement(Scenes scene) {
        return Ansi.AUTO.string("%n@|bold %s|@  %s".formatted(scene.head(), scene.question()));
    }

    /** Shows the outcome as soon as it is known. */
    public static String line(Contenders who, Outcome outcome) {
        return GAP + pad(who.label(), NAME) + GAP + cell(outcome) + GAP + outcome.detail();
    }

    /** All outcomes, a table for each act. */
    public static String tables(Results results) {
        return results.acts().map(act -> table(results, act)).collect(Collectors.joining("\n"));
    }

    private static String table(Results results, Act act) {
        List<Scenes> scenes = results.scenes(act);
        String head = GAP
                + pad(act.title(), NAME)
                + GAP
                + scenes.stream().map(scene -> pad(scene.head(), CELL)).collect(Collectors.joining(GAP));
        StringBuilder text = new StringBuilder(head.stripTrailing()).append('\n');
        text.append(GAP).append("-".repeat(head.length() - GAP.length())).append('\n');
        for (Contenders who : results.contenders()) {
            String row = GAP
                    + pad(who.label(), NAME)
                    + GAP
                    + scenes.stream()
                            .map(scene -> cell(results.outcome(scene, who)))
                            .collect(Collectors.joining(GAP));
            text.append(row.stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String cell(Outcome outcome) {
        String colour = switch (outcome.verdict()) {
            case HOLDS -> "green";
            case REPORTED -> "yellow";
            case LACKS -> "faint";
            case THROWS, HANGS, LOSES -> "red";
        };
        String padding = " ".repeat(CELL - outcome.word().length());
        return Ansi.AUTO.string("@|%s %s|@".formatted(colour, outcome.word())) + padding;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
