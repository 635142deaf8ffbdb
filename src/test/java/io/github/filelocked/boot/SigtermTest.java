package io.github.filelocked.boot;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.sidecar.process.ChildJvm;
import io.github.filelocked.sidecar.process.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A whole application that is told by the system to end, as a container or {@code systemctl stop} does. */
@Tag("process")
@Timeout(120)
class SigtermTest {

    private Path directory;

    @BeforeEach
    void resolve(@TempDir Path temporary) throws IOException {
        directory = temporary.toRealPath();
    }

    @Test
    void anApplicationTurnsItsWaitersAwayAndFinishesWhatItHolds() throws Exception {
        try (OtherProcess other = OtherProcess.holding(directory.resolve("busy"));
                ChildJvm application = ChildJvm.start(SigtermTest.class, directory.toString())) {
            application.receive("holds");
            application.receive("waits", ChildJvm.PATIENCE);

            assertThat(application.process().toHandle().destroy()).isTrue(); // SIGTERM
            assertThat(application.receive("turned away").get(0))
                    .contains("Jobs.wait", directory.resolve("busy").toString(), "the application is shutting down");
            assertThat(application.process().isAlive()).isTrue();

            application.send("end");
            application.receive("ended");
            assertThat(application.process().waitFor(30, SECONDS)).isTrue();
            assertThat(directory.resolve("own")).hasContent("written to the end");
            assertThat(other.pid()).isPositive();
        }
    }

    static class Jobs {

        @FileLocked("${dir}/own")
        public void hold() throws IOException {
            Lines.say("holds");
            int unused = System.in.read();
            Files.writeString(LockedPath.current(), "written to the end");
            Lines.say("ended");
        }

        @FileLocked("${dir}/busy")
        public void waitForIt() {
            throw new AssertionError("it is another's");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({FileLockedAutoConfiguration.class, LifecycleAutoConfiguration.class})
    static class Application {

        @Bean
        Jobs jobs() {
            return new Jobs();
        }
    }

    public static void main(String[] args) {
        var context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run("--dir=" + args[0], "--spring.main.banner-mode=off");
        Jobs jobs = context.getBean(Jobs.class);
        new Thread(() -> {
                    try {
                        jobs.hold();
                    } catch (IOException failure) {
                        Lines.say("failed", failure.toString());
                    }
                })
                .start();
        new Thread(() -> {
                    try {
                        jobs.waitForIt();
                    } catch (LockRefusedException refused) {
                        Lines.say("turned away", refused.getMessage());
                    }
                })
                .start();
        FileLocksEndpoint endpoint = context.getBean(FileLocksEndpoint.class);
        while (endpoint.locks().awaited().stream().noneMatch(entry -> entry.holder() != null)) {
            Thread.onSpinWait();
        }
        Lines.say("waits");
    }
}
