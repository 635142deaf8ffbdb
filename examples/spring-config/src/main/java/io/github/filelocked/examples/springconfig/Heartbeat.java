package io.github.filelocked.examples.springconfig;

import static io.github.filelocked.OnBusy.SKIP;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The work of the scheduler: each instance writes down, in the same file, when it was last alive. */
@Component
class Heartbeat {

    static final String KEY = "heartbeat.";

    private final Duration takes;

    Heartbeat(@Value("${heartbeat.takes}") Duration takes) {
        this.takes = takes;
    }

    /** The next one comes soon, so this one is left out while the file is busy: {@code "0"} is a single attempt. */
    @Scheduled(fixedDelayString = "${heartbeat.every}")
    @FileLocked(value = "${config.file}", timeout = "0", onBusy = SKIP)
    public void beat() throws IOException, InterruptedException {
        YamlFile.put(
                LockedPath.current(),
                KEY + ProcessHandle.current().pid(),
                Instant.now().toString());
        Thread.sleep(takes.toMillis());
    }
}
