package io.github.filelocked.examples.gauntlet.report;

import io.github.filelocked.examples.gauntlet.contender.Contenders;
import io.github.filelocked.examples.gauntlet.scene.Outcome;
import io.github.filelocked.examples.gauntlet.scene.Scenes;
import io.github.filelocked.examples.gauntlet.scene.Scenes.Act;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The outcome of each scene with each contender. */
public final class Results {

    private final List<Contenders> contenders;
    private final Map<Scenes, Map<Contenders, Outcome>> outcomes = new EnumMap<>(Scenes.class);

    public Results(List<Contenders> contenders) {
        this.contenders = List.copyOf(contenders);
    }

    public void add(Scenes scene, Contenders who, Outcome outcome) {
        outcomes.computeIfAbsent(scene, absent -> new EnumMap<>(Contenders.class))
                .put(who, outcome);
    }

    List<Contenders> contenders() {
        return contenders;
    }

    /** Those of which something was played. */
    Stream<Act> acts() {
        return Arrays.stream(Act.values()).filter(act -> !scenes(act).isEmpty());
    }

    List<Scenes> scenes(Act act) {
        return scenes().filter(scene -> scene.act() == act).toList();
    }

    Stream<Scenes> scenes() {
        return outcomes.keySet().stream();
    }

    Outcome outcome(Scenes scene, Contenders who) {
        return outcomes.get(scene).get(who);
    }
}
