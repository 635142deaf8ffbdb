package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.OnBusy;
import io.github.filelocked.sidecar.process.ChildJvm;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** A scheduled run that another process is doing already. */
@Tag("process")
@Timeout(90)
class ScheduledRunTest {

    @TempDir
    Path directory;

    /** Each scheduler runs it once, when it starts. */
    static class Nightly {
        private final BlockingQueue<Path> runs;

        Nightly(BlockingQueue<Path> runs) {
            this.runs = runs;
        }

        @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.DAYS)
        @FileLocked(value = "${dir}/nightly", timeout = "0", onBusy = OnBusy.SKIP)
        public void run() {
            runs.add(LockedPath.current());
        }
    }

    @Configuration
    @EnableScheduling
    @EnableFileLocking(proxyTargetClass = true)
    static class Enabled {
        @Bean
        BlockingQueue<Path> runs() {
            return new LinkedBlockingQueue<>();
        }

        @Bean
        Nightly nightly(BlockingQueue<Path> runs) {
            return new Nightly(runs);
        }
    }

    @Test
    void isLeftOutWithOneLineThatNamesTheHolderAndIsDoneWhenItIsFree() throws Exception {
        Path file = directory.resolve("nightly");
        try (LogLines log = new LogLines();
                ChildJvm other = ChildJvm.start(HolderMain.class, file.toString())) {
            other.receive("held");
            BlockingQueue<?> runs;
            try (var context = Contexts.started(directory, Enabled.class)) {
                runs = context.getBean(BlockingQueue.class);
                await().until(() -> !log.lines().isEmpty());
            } // Which waits for the scheduler's thread.
            assertThat(runs).isEmpty();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("INFO left out ScheduledRunTest$Nightly.run: " + file)
                    .contains("pid " + other.pid());

            other.send("let go");
            other.receive("released");
            try (var context = Contexts.started(directory, Enabled.class)) {
                assertThat(context.getBean(BlockingQueue.class).poll(20, TimeUnit.SECONDS))
                        .isEqualTo(file);
            }
            assertThat(log.lines()).hasSize(1);
        }
    }
}
