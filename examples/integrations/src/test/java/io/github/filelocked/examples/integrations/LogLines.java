package io.github.filelocked.examples.integrations;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The library's log while this is open. */
final class LogLines extends Handler implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger("io.github.filelocked");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final boolean toParents = LOGGER.getUseParentHandlers();

    LogLines() {
        setFormatter(new SimpleFormatter());
        LOGGER.addHandler(this);
        LOGGER.setUseParentHandlers(false);
    }

    /** Each with its level in front. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(record.getLevel() + " " + getFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(toParents);
    }
}
