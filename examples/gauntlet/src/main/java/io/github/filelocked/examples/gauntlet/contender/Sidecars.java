package io.github.filelocked.examples.gauntlet.contender;

import java.nio.file.Path;

/** Where those put their lock file who leave that to the caller: beside the resource. */
final class Sidecars {

    private Sidecars() {}

    static Path of(Path resource) {
        return resource.resolveSibling(resource.getFileName() + ".lock");
    }
}
