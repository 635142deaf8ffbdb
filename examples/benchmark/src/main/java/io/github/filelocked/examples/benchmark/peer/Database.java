package io.github.filelocked.examples.benchmark.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.Server;

/** An H2 server of this JVM with the tables of those who lock in a database; other JVMs find it by a file. */
public final class Database implements AutoCloseable {

    private static final String ADDRESS = "database-url";

    private final Server server;

    private Database(Server server) {
        this.server = server;
    }

    public static Database start() throws SQLException {
        return new Database(
                Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start());
    }

    /** Makes the tables, and notes in the directory where they are. */
    public void publish(Path directory) throws SQLException, IOException {
        // In memory: what a disk takes to commit would say nothing of the locks.
        String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        Files.writeString(directory.resolve(ADDRESS), url);
        try (Connection connection = connect(directory).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE INT_LOCK (LOCK_KEY CHAR(36) NOT NULL, REGION VARCHAR(100) NOT NULL,"
                    + " CLIENT_ID CHAR(36), CREATED_DATE TIMESTAMP NOT NULL,"
                    + " CONSTRAINT INT_LOCK_PK PRIMARY KEY (LOCK_KEY, REGION))");
            statement.execute("CREATE TABLE shedlock (name VARCHAR(64) PRIMARY KEY, lock_until TIMESTAMP NOT NULL,"
                    + " locked_at TIMESTAMP NOT NULL, locked_by VARCHAR(255) NOT NULL)");
        }
    }

    /** The one whose address is noted in the directory. */
    static DataSource connect(Path directory) throws IOException {
        return JdbcConnectionPool.create(Files.readString(directory.resolve(ADDRESS)), "sa", "");
    }

    @Override
    public void close() {
        server.stop();
    }
}
