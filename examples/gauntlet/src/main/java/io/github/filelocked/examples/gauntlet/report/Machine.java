package io.github.filelocked.examples.gauntlet.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and when it was run. */
public record Machine(String system, int processors, String jdk, String fileSystem, LocalDate date) {

    /** This one. */
    public static Machine withFilesIn(Path directory) throws IOException {
        return new Machine(
                "%s %s, %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version()),
                Files.getFileStore(directory).type(),
                LocalDate.now(ZoneOffset.UTC));
    }

    @Override
    public String toString() {
        return "%s; %s; %d processors; JDK: %s; file system: %s".formatted(date, system, processors, jdk, fileSystem);
    }
}
