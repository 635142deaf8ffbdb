package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.spring.EnableFileLocking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * One body that asks for the locked path, called in every way there is, by a thread that holds the lock already: beside
 * system calls, whose time varies by more than the annotation takes, it could not be seen.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnnotationBenchmark {

    private static final Path RESOURCE = Path.of(WovenJob.RESOURCE);

    private static final FileLocks LOCKS = FileLocks.create();

    private final String name = "constant";
    private AnnotationConfigApplicationContext context;
    private ProxiedJob proxied;
    private HeldLock outer;

    @Setup
    public void startSpring() throws IOException {
        Files.write(RESOURCE, new byte[0]);
        FileLockedAspect.aspectOf().use(LOCKS);
        context = new AnnotationConfigApplicationContext(Application.class);
        proxied = context.getBean(ProxiedJob.class);
        outer = LOCKS.acquire(RESOURCE);
    }

    @TearDown
    public void stopSpring() {
        outer.close();
        context.close();
    }

    @Benchmark
    public Path programmatic() {
        try (HeldLock lock = LOCKS.acquire(RESOURCE)) {
            return lock.path();
        }
    }

    @Benchmark
    public Path woven() {
        return WovenJob.constant();
    }

    @Benchmark
    public Path wovenExpression() {
        return WovenJob.expression(name);
    }

    @Benchmark
    public Path proxied() {
        return proxied.constant();
    }

    @Benchmark
    public Path proxiedSpel() {
        return proxied.expression(name);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableFileLocking
    static class Application {

        @Bean
        FileLocks locks() {
            return LOCKS;
        }

        @Bean
        ProxiedJob job() {
            return new ProxiedJob.Bean();
        }
    }
}
