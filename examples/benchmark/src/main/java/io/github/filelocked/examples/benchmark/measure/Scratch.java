package io.github.filelocked.examples.benchmark.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for the locked files of one measurement, in the place for temporary files, gone afterwards. */
public record Scratch(Path directory) implements AutoCloseable {

    public static Scratch create() {
        try {
            return new Scratch(Files.createTempDirectory("filelocked-benchmark").toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    /** A file that is there, as what one guards mostly is. */
    public Path existingFile(String name) {
        try {
            return Files.createFile(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
