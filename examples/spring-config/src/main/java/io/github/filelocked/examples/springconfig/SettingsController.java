package io.github.filelocked.examples.springconfig;

import io.github.filelocked.FileLocks;
import io.github.filelocked.boot.FileLocksEndpoint;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The settings over HTTP, and the page. */
@RestController
class SettingsController {

    private final Settings settings;
    private final FileLocks locks;
    private final FileLocksEndpoint endpoint;

    SettingsController(Settings settings, FileLocks locks, FileLocksEndpoint endpoint) {
        this.settings = settings;
        this.locks = locks;
        this.endpoint = endpoint;
    }

    @GetMapping("/settings")
    Map<String, Object> all() throws IOException {
        return settings.all();
    }

    @PutMapping("/settings/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void put(@PathVariable String key, @RequestParam String value) throws IOException {
        settings.put(key, value);
    }

    /** The message names the holder. */
    @ExceptionHandler
    @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
    String busy(LockNotAcquiredException busy) {
        return busy.getMessage();
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String page() throws IOException {
        FileLocksEndpoint.Locks here = endpoint.locks(); // Before the question for the holder, which it would show.
        String text = Files.exists(settings.file()) ? Files.readString(settings.file()) : "";
        return Page.of(settings.file(), text, holder(), here);
    }

    /** Of whatever process. The kernel knows only by an attempt; a shared one does not keep the next who asks away. */
    private String holder() {
        try {
            locks.acquire(LockTarget.file(settings.file()).shared(), Duration.ZERO)
                    .close();
            return "nobody";
        } catch (LockNotAcquiredException busy) {
            return busy.holder().map(LockHolder::toString).orElse("somebody who left no record");
        }
    }
}
