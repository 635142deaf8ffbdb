package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.aspectj.Ajc;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.fixture.Javac;
import java.io.File;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.aspectj.lang.JoinPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** A woven lock and a proxied transaction on one method, seen from outside. */
@Timeout(60)
class WovenTransactionTest {

    private static final String WRITER = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import java.util.function.Consumer;
            import org.springframework.transaction.annotation.Transactional;
            public class Writer implements Consumer<String> {
                private final Runnable insert;

                public Writer(Runnable insert) {
                    this.insert = insert;
                }

                @Override
                @Transactional
                @FileLocked("#{#p0}")
                public void accept(String file) {
                    insert.run();
                }

                @FileLocked("#{#p0}")
                public void withoutTransaction(String file) {
                    insert.run();
                }
            }
            """;

    @TempDir
    Path directory;

    private Path classes;

    @Configuration
    @EnableFileLocking(mode = AdviceMode.ASPECTJ)
    static class Woven {}

    @Configuration
    @EnableFileLocking
    static class Proxied {}

    @BeforeEach
    void weave() throws Exception {
        classes = directory.resolve("classes");
        String classPath = Stream.of(FileLocked.class, JoinPoint.class, Nullable.class, Transactional.class)
                .map(type -> Javac.codeOf(type).toString())
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(Ajc.compile(classes, List.of("-g", "-parameters", "-cp", classPath), WRITER))
                .isEmpty();
    }

    @AfterEach
    void forgetTheContext() {
        FileLockedAspect.aspectOf().use(FileLocks.create());
    }

    private record Seen(List<Integer> rowsAtRelease, int rowsAtTheEnd, List<String> log) {}

    private Seen write(Class<?> configuration) throws Exception {
        try (LogLines log = new LogLines();
                URLClassLoader loader = Javac.load(classes);
                AnnotationConfigApplicationContext context =
                        Contexts.prepared(directory, WitnessedTransactions.class, configuration)) {
            context.setClassLoader(loader);
            Runnable insert =
                    () -> new JdbcTemplate(context.getBean(DataSource.class)).update("insert into written values (1)");
            context.registerBean("writer", loader.loadClass("fixture.Writer"), insert);
            context.refresh();
            @SuppressWarnings("unchecked")
            Consumer<String> writer = context.getBean("writer", Consumer.class);
            assertThat(AopUtils.isAopProxy(writer)).isTrue();
            writer.accept(directory.resolve("x").toString());
            WitnessedTransactions.Witness witness = context.getBean(WitnessedTransactions.Witness.class);
            return new Seen(witness.rowsAtRelease, witness.rows(), log.lines());
        }
    }

    @Test
    void inModeAspectJTheLockIsReleasedBeforeTheCommitAndTheStartSaysSo() throws Exception {
        Seen seen = write(Woven.class);
        assertThat(seen.rowsAtRelease()).containsExactly(0);
        assertThat(seen.rowsAtTheEnd()).isEqualTo(1);
        assertThat(seen.log()).hasSize(2);
        assertThat(seen.log().get(1))
                .startsWith("WARNING fixture.Writer.accept: its lock is acquired inside a running");
        assertThat(seen.log().get(0))
                .startsWith("WARNING bean 'writer', method fixture.Writer.accept: ")
                .contains("released before the commit", "mode = PROXY", "weave the transactions too");
    }

    @Test
    void inModeProxyTheWovenLockIsEnteredAgainAndReleasedAfterTheCommit() throws Exception {
        Seen seen = write(Proxied.class);
        assertThat(seen.rowsAtRelease()).last().isEqualTo(1);
        assertThat(seen.log()).isEmpty();
    }
}
