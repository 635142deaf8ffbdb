package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.io.output.LockableFileWriter;

/**
 * Commons IO's writer that is alone on its file while it is open. It writes nothing here, and says nothing but that it
 * failed.
 */
final class CommonsIoAttempt implements Polling.Attempt {

    @Override
    public Optional<Contender.Hold> tryAcquire(Path resource) throws IOException {
        try {
            Writer writer = LockableFileWriter.builder()
                    .setPath(resource)
                    .setCharset(StandardCharsets.UTF_8)
                    .setAppend(true)
                    .setLockDirectory(resource.toAbsolutePath().getParent().toFile())
                    .get();
            return Optional.of(writer::close);
        } catch (IOException busy) {
            if (String.valueOf(busy.getMessage()).contains("lock")) {
                return Optional.empty();
            }
            throw busy;
        }
    }
}
