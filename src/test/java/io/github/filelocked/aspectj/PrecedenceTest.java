package io.github.filelocked.aspectj;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.fixture.Elsewhere;
import io.github.filelocked.fixture.Javac;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Beside an aspect of the package from which Spring's transactions are woven. */
@Timeout(60)
class PrecedenceTest {

    /** By its name AspectJ would have it outside, were nothing declared. */
    private static final String TRANSACTIONS = """
            package org.springframework.transaction.aspectj;
            import java.util.function.Consumer;
            import org.aspectj.lang.ProceedingJoinPoint;
            import org.aspectj.lang.annotation.Around;
            import org.aspectj.lang.annotation.Aspect;
            @Aspect
            public class Transactions {
                @Around(value = "execution(* fixture.Job.*(..)) && args(.., log)", argNames = "call,log")
                public Object run(ProceedingJoinPoint call, Consumer<String> log) throws Throwable {
                    log.accept("begin");
                    Object result = call.proceed();
                    log.accept("commit");
                    return result;
                }
            }
            """;

    private static final String JOB = """
            package fixture;
            import io.github.filelocked.FileLocked;
            import java.nio.file.Path;
            import java.util.function.Consumer;
            public class Job {
                @FileLocked("#{#file}")
                public void run(Path file, Consumer<String> log) { log.accept("body"); }
            }
            """;

    @Test
    void aWovenTransactionIsInsideTheLock(@TempDir Path temporary) throws Exception {
        Path file = temporary.toRealPath().resolve("x");
        Path classes = temporary.resolve("classes");
        assertThat(Ajc.compile(classes, TRANSACTIONS, JOB)).isEmpty();

        List<String> seen = new ArrayList<>();
        Consumer<String> log = step -> seen.add(step + (isFree(file) ? " unlocked" : " locked"));
        try (URLClassLoader loader = Javac.load(classes)) {
            Class<?> job = loader.loadClass("fixture.Job");
            job.getMethod("run", Path.class, Consumer.class)
                    .invoke(job.getDeclaredConstructor().newInstance(), file, log);
        }
        assertThat(seen).containsExactly("begin locked", "body locked", "commit locked");
        assertThat(isFree(file)).isTrue();
    }

    private static boolean isFree(Path file) {
        try {
            return Elsewhere.isFree(file);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
