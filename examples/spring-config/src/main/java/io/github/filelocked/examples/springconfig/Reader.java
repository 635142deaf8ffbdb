package io.github.filelocked.examples.springconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a file over and over, without a lock, on a thread of its own, and counts how often it is not whole. */
final class Reader {

    private final Path file;
    private final Thread thread = new Thread(this::readOn, "reader");
    private volatile boolean stopped;
    private volatile long reads;
    private volatile long torn;

    Reader(Path file) {
        this.file = file;
        thread.setDaemon(true);
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    long reads() {
        return reads;
    }

    long torn() {
        return torn;
    }

    private void readOn() {
        while (!stopped) {
            torn += isWhole() ? 0 : 1; // Only this thread writes these.
            reads++;
        }
    }

    private boolean isWhole() {
        try {
            String text = Files.readString(file);
            return text.endsWith(YamlFile.END) && !YamlFile.parse(text).isEmpty();
        } catch (YAMLException | IOException gone) {
            return false;
        }
    }
}
