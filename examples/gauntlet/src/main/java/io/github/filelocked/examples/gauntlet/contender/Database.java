package io.github.filelocked.examples.gauntlet.contender;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.Server;

/** An H2 server of this JVM, in memory, with the tables of those who lock in a database. */
public final class Database implements AutoCloseable {

    private final Server server;

    private Database(Server server) {
        this.server = server;
    }

    public static Database start() throws SQLException {
        Database database = new Database(
                Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start());
        try (Connection connection = connect(database.url()).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE INT_LOCK (LOCK_KEY CHAR(36) NOT NULL, REGION VARCHAR(100) NOT NULL,"
                    + " CLIENT_ID CHAR(36), CREATED_DATE TIMESTAMP NOT NULL,"
                    + " CONSTRAINT INT_LOCK_PK PRIMARY KEY (LOCK_KEY, REGION))");
            statement.execute("CREATE TABLE shedlock (name VARCHAR(64) PRIMARY KEY, lock_until TIMESTAMP NOT NULL,"
                    + " locked_at TIMESTAMP NOT NULL, locked_by VARCHAR(255) NOT NULL)");
        }
        return database;
    }

    /** The name and version, by its jar. */
    public static String product() {
        return "H2 " + JarVersion.of(Server.class);
    }

    /** Where other JVMs find it. */
    public String url() {
        return "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:gauntlet;DB_CLOSE_DELAY=-1";
    }

    static DataSource connect(String url) {
        return JdbcConnectionPool.create(url, "sa", "");
    }

    @Override
    public void close() {
        server.stop();
    }
}
