package io.github.filelocked.examples.gauntlet.contender;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import javax.sql.DataSource;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Spring Integration's lock registry in a database, with its defaults: a lease of ten seconds, polled every 100 ms. */
record SpringIntegrationJdbc(JdbcLockRegistry registry) implements Contender {

    static SpringIntegrationJdbc in(DataSource database) {
        DefaultLockRepository repository = new DefaultLockRepository(database);
        repository.setTransactionManager(new JdbcTransactionManager(database));
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        repository.start();
        return new SpringIntegrationJdbc(new JdbcLockRegistry(repository));
    }

    @Override
    public Optional<Hold> acquire(Path resource, Duration limit) throws InterruptedException {
        Lock lock = registry.obtain(resource.toString());
        return lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS) ? Optional.of(lock::unlock) : Optional.empty();
    }
}
