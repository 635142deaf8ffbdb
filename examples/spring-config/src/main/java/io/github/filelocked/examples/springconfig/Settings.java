package io.github.filelocked.examples.springconfig;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/** The work of the REST endpoint. */
@Service
class Settings {

    private final Path file;

    /** Not as a {@code Path}: Spring would look for a relative one on the class path first. */
    Settings(@Value("${config.file}") String file) {
        this.file = Path.of(file);
    }

    Path file() {
        return file;
    }

    /** Without a lock: there is always one complete file to be read. */
    Map<String, Object> all() throws IOException {
        return YamlFile.read(file);
    }

    /**
     * Reads, adds, and writes: the annotation is all that keeps two instances from writing over each other's change.
     */
    @FileLocked(value = "${config.file}", timeout = "${config.timeout}")
    public void put(String key, String value) throws IOException {
        YamlFile.put(LockedPath.current(), key, value);
    }
}
