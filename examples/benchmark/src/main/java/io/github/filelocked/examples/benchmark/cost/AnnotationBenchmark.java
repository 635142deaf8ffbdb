package io.github.filelocked.examples.benchmark.cost;

import io.github.filelocked.lock.FileLocks;
import io.github.filelocked.lock.HeldLock;
import io.github.filelocked.spring.EnableFileLocking;
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

/** One body that asks for the locked path, called in every way there is. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnnotationBenchmark {

    private static final Path RESOURCE = Path.of(WovenJob.RESOURCE);

    private final FileLocks locks = FileLocks.create();
    private final String name = "constant";
    private AnnotationConfigApplicationContext context;
    private ProxiedJob proxied;

    @Setup
    public void startSpring() {
        context = new AnnotationConfigApplicationContext(Application.class);
        proxied = context.getBean(ProxiedJob.class);
    }

    @TearDown
    public void stopSpring() {
        context.close();
    }

    @Benchmark
    public Path programmatic() {
        try (HeldLock lock = locks.acquire(RESOURCE)) {
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
        ProxiedJob job() {
            return new ProxiedJob.Bean();
        }
    }
}
