package io.github.filelocked.verify;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sub-directory of our own: nothing else in the user's directory is touched. */
final class Scratch {

    private final Path directory;

    private Scratch(Path directory) {
        this.directory = directory;
    }

    static Scratch in(Path parent) throws CannotTell {
        try {
            return new Scratch(Files.createTempDirectory(parent, "filelocked-verify-"));
        } catch (IOException notWritable) {
            throw new CannotTell("no directory can be made in " + parent + ": " + notWritable);
        }
    }

    /** Returns a file to be locked, which need not exist. */
    Path file(String name) {
        return directory.resolve(name);
    }

    /** Deletes it, lock files included: a lock file normally stays, but no process uses these any more. */
    void delete() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(directory);
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
