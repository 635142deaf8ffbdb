package io.github.filelocked.sidecar.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The protocol between tests and their child processes: one line a message, its fields separated by tabs. */
public final class Lines {

    private Lines() {}

    /** One line of several fields, whatever they contain. */
    public static String join(List<String> fields) {
        return fields.stream().map(Lines::escape).collect(Collectors.joining("\t"));
    }

    /** The fields of one line. */
    public static List<String> split(String line) {
        return Arrays.stream(line.split("\t", -1)).map(String::translateEscapes).toList();
    }

    /** Says one thing to the test that started this process, under a topic that it listens to. */
    public static void say(String topic, String... fields) {
        byte[] line = ("@" + topic + "\t" + join(Arrays.asList(fields)) + "\n").getBytes(UTF_8);
        // One lock for all copies of this class: several class loaders speak through the same stream.
        synchronized (System.out) {
            System.out.write(line, 0, line.length);
            System.out.flush();
        }
    }

    private static String escape(String field) {
        return field.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\r", "\\r")
                .replace("\n", "\\n");
    }
}
