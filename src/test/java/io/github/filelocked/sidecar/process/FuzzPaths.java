package io.github.filelocked.sidecar.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The resources of the fuzzer and their spellings, which all processes find in the same directory. */
final class FuzzPaths {

    /** Files, among them two names of one file, and a directory. */
    private static final List<String> NAMES = List.of("f0", "f1", "f2", "hardlink-of-f0", "directory");

    static final int RESOURCES = NAMES.size();

    private final Path root;
    private final List<Path> parents;

    private FuzzPaths(Path root) {
        this.root = root;
        parents = new ArrayList<>(List.of(
                real(root), real(root).resolve("."), real(root).resolve("sub").resolve(".."), root.resolve("link")));
        if (Files.exists(bound(root).resolve("sub"))) {
            parents.add(bound(root));
        }
    }

    /** The paths below a directory where {@link #create} has been called. */
    static FuzzPaths in(Path root) {
        return new FuzzPaths(root);
    }

    static void create(Path root) throws IOException {
        Path real = Files.createDirectory(real(root));
        Files.createDirectory(real.resolve("sub"));
        Files.createDirectory(bound(root));
        Files.createSymbolicLink(root.resolve("link"), real);
        for (String name : List.of("f0", "f1", "f2")) {
            Files.createFile(real.resolve(name));
        }
        Files.createLink(real.resolve("hardlink-of-f0"), real.resolve("f0"));
        Files.createDirectory(real.resolve("directory"));
        for (String name : NAMES) {
            Files.createSymbolicLink(real.resolve("link-to-" + name), real.resolve(name));
        }
    }

    static Path real(Path root) {
        return root.resolve("real");
    }

    /** Where the test binds {@link #real}, if it may mount. */
    static Path bound(Path root) {
        return root.resolve("bound");
    }

    static Path lockDirectory(Path root) {
        return root.resolve("locks");
    }

    boolean isDirectory(int resource) {
        return NAMES.get(resource).equals("directory");
    }

    /** One of the spellings of a resource, for any number. */
    Path spelling(int resource, int number) {
        Path parent = parents.get(number % parents.size());
        boolean throughLink = number / parents.size() % 3 == 0;
        return parent.resolve((throughLink ? "link-to-" : "") + NAMES.get(resource));
    }

    Path plain(int resource) {
        return real(root).resolve(NAMES.get(resource));
    }
}
