package io.github.filelocked.spring;

import io.github.filelocked.FileLocks;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** Proxied transactions of a database, and locks whose release is told to a witness. */
@Configuration
@EnableTransactionManagement(proxyTargetClass = true)
class WitnessedTransactions {

    /**
     * Looks at the database while the lock is still held, through a connection of its own: a {@link JdbcTemplate} would
     * take the one of a transaction that has not ended, and see what nobody else does.
     */
    static final class Witness implements LockListener {
        private final DataSource database;
        final List<Integer> rowsAtRelease = new CopyOnWriteArrayList<>();

        Witness(DataSource database) {
            this.database = database;
        }

        @Override
        public void released(LockRequest request, Duration held) {
            rowsAtRelease.add(rows());
        }

        int rows() {
            try (Connection outside = database.getConnection()) {
                return new JdbcTemplate(new SingleConnectionDataSource(outside, true))
                        .queryForObject("select count(*) from written", Integer.class);
            } catch (SQLException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    @Bean
    DataSource database() {
        DataSource database =
                new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        new JdbcTemplate(database).execute("create table written(id int)");
        return database;
    }

    @Bean
    PlatformTransactionManager transactions(DataSource database) {
        return new DataSourceTransactionManager(database);
    }

    @Bean
    Witness witness(DataSource database) {
        return new Witness(database);
    }

    @Bean
    FileLocks locks(Witness witness) {
        return FileLocks.builder().listener(witness).build();
    }
}
