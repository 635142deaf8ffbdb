package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import javax.sql.DataSource;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Spring Integration's JDBC lock registry, which polls every 100 ms. */
record SpringIntegrationPeer(Lock lock) implements Peer {

    static SpringIntegrationPeer in(Path directory) throws IOException {
        DataSource database = Database.connect(directory);
        DefaultLockRepository repository = new DefaultLockRepository(database);
        repository.setTransactionManager(new JdbcTransactionManager(database));
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        repository.start();
        return new SpringIntegrationPeer(new JdbcLockRegistry(repository).obtain("resource"));
    }

    @Override
    public Hold acquire() {
        lock.lock();
        return lock::unlock;
    }
}
