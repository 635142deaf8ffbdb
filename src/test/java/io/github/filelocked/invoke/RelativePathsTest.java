package io.github.filelocked.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.fixture.Logged;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RelativePathsTest {

    /** A path that no other test of this JVM has used. */
    private final Path relative = Path.of("target", "relative-" + UUID.randomUUID());

    interface Jobs {

        @FileLocked("#{#p0}")
        void run(Path file);
    }

    private void resolve(Path file) {
        FileLockedInvocation call = new Call(null, Call.method(Jobs.class, "run"), List.of(file));
        LockedMethod.of(call, FileLockedResolver.builtIn()).targets(call);
    }

    @Test
    void theAbsoluteFormOfARelativePathIsLoggedOnce() {
        try (Logged log = new Logged("io.github.filelocked")) {
            resolve(relative);
            resolve(relative);
            assertThat(log.messages())
                    .filteredOn(message -> message.contains(relative.toString()))
                    .singleElement()
                    .asString()
                    .isEqualTo("INFO RelativePathsTest$Jobs.run locks the relative path " + relative + ", which is "
                            + relative.toAbsolutePath() + " in this working directory");
        }
    }

    @Test
    void nothingIsLoggedOfAnAbsolutePath() {
        try (Logged log = new Logged("io.github.filelocked")) {
            resolve(relative.toAbsolutePath());
            assertThat(log.messages()).noneMatch(message -> message.contains(relative.toString()));
        }
    }
}
