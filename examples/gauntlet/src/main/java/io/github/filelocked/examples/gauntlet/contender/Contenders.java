package io.github.filelocked.examples.gauntlet.contender;

import com.google.cloud.tools.jib.filesystem.LockFile;
import io.github.filelocked.FileLocks;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import net.javacrumbs.shedlock.core.LockProvider;
import org.apache.commons.io.output.LockableFileWriter;
import org.apache.lucene.store.NativeFSLockFactory;
import org.eclipse.aether.named.NamedLock;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;

/** The contenders. The classes are named by suppliers, so that a JVM loads those of its own contender alone. */
public enum Contenders {
    FILELOCKED("filelocked", "the defaults", () -> FileLocks.class, database -> new Filelocked(FileLocks.create())),
    FILELOCKED_VERIFIED(
            "filelocked, verified",
            "`verifyAtRelease(true)`",
            () -> FileLocks.class,
            database -> new Filelocked(FileLocks.builder().verifyAtRelease(true).build())),
    LOCK(
            "FileChannel.lock",
            "open a sidecar, `lock()`, close; no lock of the JVM's own beside it",
            null,
            database -> new BlockingChannel()),
    TRY_LOCK(
            "FileChannel.tryLock",
            "open a sidecar, `tryLock()`, close if in vain, every 20 ms; `OverlappingFileLockException` is taken as"
                    + " busy",
            null,
            database -> new Polling(new ChannelAttempt())),
    TIDY(
            "tryLock, file deleted",
            "the same, and the sidecar is deleted at the release",
            null,
            database -> new Polling(new TidyAttempt(new ChannelAttempt()))),
    EXISTENCE(
            "createFile, delete",
            "the lock is that the file exists: `Files.createFile`, every 20 ms, and `Files.delete`",
            null,
            database -> new Polling(new ExistenceAttempt())),
    MAVEN_RESOLVER(
            "Maven Resolver",
            "named locks `file-lock`, the defaults",
            () -> NamedLock.class,
            database -> MavenResolver.deletingLockFiles(true)),
    MAVEN_RESOLVER_KEPT(
            "Maven Resolver, kept",
            "the same with `aether.named.file-lock.deleteLockFiles=false`",
            () -> NamedLock.class,
            database -> MavenResolver.deletingLockFiles(false)),
    JIB("Jib", "`LockFile.lock` of a sidecar", () -> LockFile.class, database -> new Jib()),
    LUCENE(
            "Lucene",
            "`NativeFSLockFactory`, asked every 20 ms; `ensureValid()` before the release",
            () -> NativeFSLockFactory.class,
            database -> new Polling(new LuceneAttempt())),
    COMMONS_IO(
            "Commons IO",
            "`LockableFileWriter` on the resource, appending nothing; asked every 20 ms; its lock file beside the"
                    + " resource",
            () -> LockableFileWriter.class,
            database -> new Polling(new CommonsIoAttempt())),
    SPRING_INTEGRATION(
            "Spring Integration",
            "`JdbcLockRegistry` on H2, the defaults: a lease of 10 s, asked every 100 ms; the path is the key",
            () -> JdbcLockRegistry.class,
            database -> SpringIntegrationJdbc.in(Database.connect(database))),
    SHEDLOCK(
            "ShedLock",
            "`JdbcTemplateLockProvider` on H2, with the database's time, asked every 20 ms; `lockAtMostFor` 10 s,"
                    + " as long as Spring Integration's lease; a hash of the path is the name",
            () -> LockProvider.class,
            database -> new Polling(ShedLockAttempt.in(Database.connect(database)))),
    NO_LOCK(
            "no lock at all",
            "the control: a scene in which it holds would prove nothing",
            null,
            database -> (resource, limit) -> Optional.of(() -> {}));

    private final String label;
    private final String setting;
    private final Supplier<Class<?>> library;
    private final Function<String, Contender> opening;

    Contenders(String label, String setting, Supplier<Class<?>> library, Function<String, Contender> opening) {
        this.label = label;
        this.setting = setting;
        this.library = library;
        this.opening = opening;
    }

    public String label() {
        return label;
    }

    /** The way in which it is used here, in words. */
    public String setting() {
        return setting;
    }

    /** The version of its jar; empty for what belongs to the JDK. */
    public Optional<String> version() {
        return Optional.ofNullable(library).map(Supplier::get).map(JarVersion::of);
    }

    /**
     * The contender, as this JVM uses it.
     *
     * @param database where those lock that lock in a database
     */
    public Contender open(String database) {
        return opening.apply(database);
    }
}
