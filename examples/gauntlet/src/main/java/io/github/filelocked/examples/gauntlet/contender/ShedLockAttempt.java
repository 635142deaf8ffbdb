package io.github.filelocked.examples.gauntlet.contender;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * ShedLock's JDBC provider on the database's clock. Its lease has no default; here it is as long as Spring
 * Integration's.
 */
record ShedLockAttempt(LockProvider provider) implements Polling.Attempt {

    private static final Duration LEASE = Duration.ofSeconds(10);

    static ShedLockAttempt in(DataSource database) {
        return new ShedLockAttempt(new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(database))
                .usingDbTime()
                .build()));
    }

    @Override
    public Optional<Contender.Hold> tryAcquire(Path resource) {
        // Its names have at most 64 characters.
        String name = UUID.nameUUIDFromBytes(resource.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
        return provider.lock(new LockConfiguration(Instant.now(), name, LEASE, Duration.ZERO))
                .map(lock -> lock::unlock);
    }
}
