package io.github.filelocked.lock;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the engine logs while this is open. */
final class Logged extends Handler implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger("io.github.filelocked.lock");

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final boolean toParents = LOGGER.getUseParentHandlers();

    Logged() {
        LOGGER.addHandler(this);
        LOGGER.setUseParentHandlers(false);
    }

    List<String> messages() {
        return messages;
    }

    @Override
    public void publish(LogRecord record) {
        messages.add(record.getLevel() + " " + record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(toParents);
    }
}
