package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The resource is held by its plain path; others name it otherwise. */
final class Spellings implements Scene {

    @Override
    public Outcome play(Stage stage) throws Exception {
        Path data = stage.resource().getParent();
        Path name = stage.resource().getFileName();
        Path directoryLink = Files.createSymbolicLink(stage.directory().resolve("link"), data);
        Path fileLink = Files.createSymbolicLink(stage.directory().resolve("alias"), stage.resource());
        Map<String, Path> spellings = new LinkedHashMap<>();
        spellings.put("relative", stage.directory().relativize(stage.resource()));
        spellings.put("`..`", data.resolve("..").resolve(data.getFileName()).resolve(name));
        spellings.put("link to the directory", directoryLink.resolve(name));
        spellings.put("link to the file", fileLink);

        List<Actor> cast = stage.cast(2);
        Holding.begin(cast.get(0).role(), stage.resource());
        List<String> letIn = new ArrayList<>();
        for (Map.Entry<String, Path> spelling : spellings.entrySet()) {
            if (Holding.isLetIn(cast.get(1), spelling.getValue())) {
                letIn.add(spelling.getKey());
            }
        }
        return letIn.isEmpty()
                ? Outcome.holds("one lock by " + String.join(", ", spellings.keySet()))
                : Outcome.loses("another process is let in by: " + String.join(", ", letIn));
    }
}
