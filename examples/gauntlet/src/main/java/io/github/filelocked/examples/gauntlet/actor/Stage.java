package io.github.filelocked.examples.gauntlet.actor;

import io.github.filelocked.examples.gauntlet.contender.Contenders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory with one file to be protected, for one scene and one contender. Closing it ends all who are on it. */
public final class Stage implements AutoCloseable {

    private final Contenders who;
    private final String database;
    private final Path directory;
    private final Path resource;
    private final Path ledgers;
    private final List<Actor> actors = new ArrayList<>();

    private Stage(Contenders who, String database, Path directory) {
        this.who = who;
        this.database = database;
        this.directory = directory;
        this.resource = directory.resolve("data").resolve("counter");
        this.ledgers = directory.resolve("ledgers");
    }

    /** A stage in a directory that does not exist yet. */
    public static Stage build(Contenders who, String database, Path directory) throws IOException {
        Stage stage = new Stage(who, database, directory);
        Files.createDirectories(stage.resource.getParent());
        Files.createDirectories(stage.ledgers);
        new Counter(stage.resource).create();
        return stage;
    }

    /** Has so many JVMs enter that are ready to lock; the stage's directory is theirs. */
    public List<Actor> cast(int count) throws IOException, InterruptedException {
        List<Actor> cast = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Actor actor = Actor.start(who, database, directory);
            actors.add(actor);
            cast.add(actor);
        }
        for (Actor actor : cast) {
            actor.awaitReady();
        }
        return cast;
    }

    public Path directory() {
        return directory;
    }

    /** The file to be protected, by its plain absolute path. */
    public Path resource() {
        return resource;
    }

    /** For the referee. */
    public Path ledgers() {
        return ledgers;
    }

    /** Returns the files that the contender has put beside the resource. */
    public List<Path> lockFiles() throws IOException {
        try (Stream<Path> files = Files.list(resource.getParent())) {
            return files.filter(file -> !file.equals(resource)).toList();
        }
    }

    public Referee referee() throws IOException {
        return Referee.of(new Counter(resource), ledgers);
    }

    @Override
    public void close() {
        actors.forEach(Actor::close);
    }
}
