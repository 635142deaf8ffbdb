package io.github.filelocked.examples.gauntlet;

import io.github.filelocked.examples.gauntlet.actor.Stage;
import io.github.filelocked.examples.gauntlet.contender.Contenders;
import io.github.filelocked.examples.gauntlet.contender.Database;
import io.github.filelocked.examples.gauntlet.report.Machine;
import io.github.filelocked.examples.gauntlet.report.Page;
import io.github.filelocked.examples.gauntlet.report.Results;
import io.github.filelocked.examples.gauntlet.report.Terminal;
import io.github.filelocked.examples.gauntlet.scene.Outcome;
import io.github.filelocked.examples.gauntlet.scene.Scenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has every contender play every scene, shows what comes of it, and writes it down. */
@Command(
        name = "gauntlet",
        sortOptions = false,
        description = "Has filelocked and its peers play the same scenes, and tells what came of each.")
public final class Gauntlet implements Callable<Integer> {

    @Option(
            names = "--contenders",
            paramLabel = "WHO",
            split = ",",
            description = "who runs: ${COMPLETION-CANDIDATES} (default: all)")
    private List<Contenders> contenders = List.of(Contenders.values());

    @Option(
            names = "--scenes",
            paramLabel = "SCENE",
            split = ",",
            description = "what is played: ${COMPLETION-CANDIDATES} (default: all)")
    private List<Scenes> scenes = List.of(Scenes.values());

    @Option(
            names = "--page",
            paramLabel = "FILE",
            defaultValue = "target/gauntlet.md",
            description = "where all that was seen is written (default: ${DEFAULT-VALUE})")
    private Path page;

    @Option(
            names = "--insert-into",
            paramLabel = "FILE",
            split = ",",
            description = "pages whose tables are replaced by those of this run")
    private List<Path> others = List.of();

    @Option(names = "--help", usageHelp = true, description = "show this")
    private boolean help;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Gauntlet())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("gauntlet").toRealPath();
        Results results = new Results(contenders);
        try (Database database = Database.start()) {
            for (Scenes scene : scenes) {
                System.out.println(Terminal.announcement(scene));
                play(scene, database.url(), directory, results);
            }
            Machine machine = Machine.withFilesIn(directory);
            System.out.println("\n" + Terminal.tables(results) + "\n" + machine);
            write(new Page(results, machine));
        } finally {
            delete(directory);
        }
        return 0;
    }

    private void write(Page found) throws IOException {
        found.write(page);
        for (Path other : others) {
            found.insertInto(other);
        }
        System.out.println("All that was seen: " + page);
    }

    private void play(Scenes scene, String database, Path directory, Results results) throws Exception {
        ExecutorService stages = Executors.newFixedThreadPool(scene.pace().stages());
        try {
            Map<Contenders, Future<Outcome>> plays = new EnumMap<>(Contenders.class);
            for (Contenders who : contenders) {
                Path place = directory.resolve(scene + "-" + who);
                plays.put(who, stages.submit(() -> play(scene, who, database, place)));
            }
            for (Contenders who : contenders) {
                Outcome outcome = plays.get(who).get();
                System.out.println(Terminal.line(who, outcome));
                results.add(scene, who, outcome);
            }
        } finally {
            stages.shutdownNow();
            stages.awaitTermination(1, TimeUnit.MINUTES); // Each has its JVMs to end.
        }
    }

    private static Outcome play(Scenes scene, Contenders who, String database, Path place) throws Exception {
        try (Stage stage = Stage.build(who, database, place)) {
            return scene.play(stage);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
