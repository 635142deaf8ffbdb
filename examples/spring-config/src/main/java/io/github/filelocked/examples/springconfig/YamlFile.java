package io.github.filelocked.examples.springconfig;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** One mapping in a YAML file. Nothing here locks. */
final class YamlFile {

    /** YAML's own mark for the end of a document. A file without it was cut off, even where the rest is valid. */
    static final String END = "...\n";

    private YamlFile() {}

    static Map<String, Object> read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException notYet) {
            return new TreeMap<>();
        } catch (YAMLException wrong) {
            throw new IOException(file + " holds something else than a YAML mapping: " + wrong.getMessage(), wrong);
        }
    }

    static Map<String, Object> parse(String text) {
        Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        if (content == null) {
            return new TreeMap<>();
        }
        if (!(content instanceof Map<?, ?> mapping)) {
            throw new YAMLException("it is a " + content.getClass().getSimpleName());
        }
        Map<String, Object> settings = new TreeMap<>();
        mapping.forEach((key, value) -> settings.put(String.valueOf(key), value));
        return settings;
    }

    /** Adds or changes an entry. Between its reading and its writing nobody else may write: that is for the caller. */
    static void put(Path file, String key, Object value) throws IOException {
        Map<String, Object> settings = read(file);
        settings.put(key, value);
        write(file, settings);
    }

    /**
     * Replaces the file as a whole, so that those who read it without a lock see the old or the new, and nothing else.
     */
    static void write(Path file, Map<String, Object> settings) throws IOException {
        // One name is enough: whoever may write the file is alone with the draft too.
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.move(Files.writeString(draft, format(settings)), file, ATOMIC_MOVE);
    }

    private static String format(Map<String, Object> settings) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(FlowStyle.BLOCK);
        options.setExplicitEnd(true);
        return new Yaml(options).dump(settings);
    }
}
