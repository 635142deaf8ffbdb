package io.github.filelocked.sidecar.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A number in a file, without any protection of its own: if two increments overlap, one of them is lost, and the sum
 * tells. It uses streams of {@code java.io}, which an interrupt does not close.
 */
public final class Counter {

    private Counter() {}

    /** Makes a counter that stands at zero. */
    public static Path create(Path file) throws IOException {
        return Files.writeString(file, "0");
    }

    /** Returns the present number. */
    public static int read(Path file) throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return Integer.parseInt(new String(in.readAllBytes(), UTF_8));
        }
    }

    /** Reads, adds one, and replaces the file. */
    public static void increment(Path file) throws IOException {
        int next = read(file) + 1;
        File draft = new File(file + "." + ProcessHandle.current().pid() + "."
                + Thread.currentThread().getId() + ".draft");
        try (FileOutputStream out = new FileOutputStream(draft)) {
            out.write(String.valueOf(next).getBytes(UTF_8));
        }
        Files.move(draft.toPath(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
