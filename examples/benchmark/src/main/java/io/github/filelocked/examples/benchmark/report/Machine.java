package io.github.filelocked.examples.benchmark.report;

import io.github.filelocked.examples.benchmark.measure.Scratch;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and when the figures were measured, without which they say little. */
public record Machine(String system, int processors, String jdk, String fileSystem, LocalDate date) {

    public static Machine here() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            FileStore store = Files.getFileStore(scratch.directory());
            return new Machine(
                    "%s %s, %s"
                            .formatted(
                                    System.getProperty("os.name"),
                                    System.getProperty("os.version"),
                                    System.getProperty("os.arch")),
                    Runtime.getRuntime().availableProcessors(),
                    "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version()),
                    store.type(),
                    LocalDate.now(ZoneOffset.UTC));
        }
    }

    @Override
    public String toString() {
        return "%s; %d processors; JDK: %s; file system: %s; %s".formatted(system, processors, jdk, fileSystem, date);
    }
}
