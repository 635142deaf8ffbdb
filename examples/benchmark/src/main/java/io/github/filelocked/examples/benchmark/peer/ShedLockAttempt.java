package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;

/** ShedLock's JDBC provider: taken or refused, and leased for a minute. */
record ShedLockAttempt(LockProvider provider) implements Polling.Attempt {

    static ShedLockAttempt in(Path directory) throws IOException {
        return new ShedLockAttempt(new JdbcTemplateLockProvider(Database.connect(directory)));
    }

    @Override
    public Optional<Peer.Hold> tryAcquire() {
        return provider.lock(new LockConfiguration(Instant.now(), "resource", Duration.ofMinutes(1), Duration.ZERO))
                .map(lock -> lock::unlock);
    }
}
