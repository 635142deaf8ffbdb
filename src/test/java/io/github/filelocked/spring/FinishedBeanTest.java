package io.github.filelocked.spring;

import static io.github.filelocked.spring.Contexts.assertThatRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import io.github.filelocked.fixture.Javac;
import java.lang.reflect.Proxy;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The check of a finished bean, whatever proxies are around it. */
@Timeout(60)
class FinishedBeanTest {

    @TempDir
    Path directory;

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class ClassProxies {}

    @Configuration
    @EnableFileLocking
    static class InterfaceProxies {}

    static class Job {
        @FileLocked("${dir}/x")
        public Path run() {
            return LockedPath.current();
        }
    }

    interface Task {
        @FileLocked("${dir}/#{#name}")
        Path run(String name);
    }

    @Configuration
    static class SecondProxy {
        @Bean
        static MethodInterceptor second() {
            return invocation -> invocation.proceed();
        }

        @Bean
        static BeanNameAutoProxyCreator secondCreator() {
            BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
            creator.setBeanNames("finishedBeanTest.Job");
            creator.setInterceptorNames("second");
            creator.setProxyTargetClass(true);
            return creator;
        }
    }

    @Configuration
    static class JdkProxy {
        @Bean
        Task task() {
            return (Task) Proxy.newProxyInstance(
                    Task.class.getClassLoader(),
                    new Class<?>[] {Task.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "run" -> LockedPath.current();
                        case "hashCode" -> 1;
                        default -> null;
                    });
        }
    }

    @Configuration
    static class ProxyMadeByHand {
        @Bean
        Job job() {
            ProxyFactory factory = new ProxyFactory(new Job());
            factory.setProxyTargetClass(true);
            return (Job) factory.getProxy();
        }
    }

    static class FinalImplementation implements Supplier<Path> {
        @Override
        @FileLocked("${dir}/x")
        public final Path get() {
            return LockedPath.current();
        }
    }

    @Nested
    class IsLocked {

        @Test
        void withASecondProxyAroundThatOfTheLock() {
            try (var context = Contexts.started(directory, ClassProxies.class, Job.class, SecondProxy.class)) {
                Job job = context.getBean(Job.class);
                assertThat(((Advised) job).getAdvisors()).noneMatch(FileLockedAdvisor.class::isInstance);
                assertThat(job.run()).isEqualTo(directory.resolve("x"));
            }
        }

        @Test
        void ifABeanMethodReturnsAJdkProxy() {
            try (var context = Contexts.started(directory, ClassProxies.class, JdkProxy.class)) {
                assertThat(context.getBean(Task.class).run("x")).isEqualTo(directory.resolve("x"));
            }
        }

        @Test
        void ifABeanMethodReturnsAProxyOfSpring() {
            try (var context = Contexts.started(directory, ClassProxies.class, ProxyMadeByHand.class)) {
                assertThat(context.getBean(Job.class).run()).isEqualTo(directory.resolve("x"));
            }
        }

        @Test
        void ifAFinalMethodIsCalledThroughItsInterface() {
            try (var context = Contexts.started(directory, InterfaceProxies.class, FinalImplementation.class)) {
                assertThat(context.getBean(Supplier.class).get()).isEqualTo(directory.resolve("x"));
            }
        }
    }

    static final class FinalClass {
        @FileLocked("${dir}/x")
        public void run() {}
    }

    record Settings(String name) implements Runnable {
        Settings() {
            this("x");
        }

        @Override
        @FileLocked("${dir}/x")
        public void run() {}
    }

    abstract static sealed class Sealed {
        static final class Only extends Sealed {}

        @FileLocked("${dir}/x")
        public void run() {}
    }

    @Configuration
    static class OfAFinalClass {
        @Bean
        FinalClass finalClass() {
            return new FinalClass();
        }
    }

    @Configuration
    static class OfARecord {
        @Bean
        Settings settings() {
            return new Settings();
        }
    }

    @Configuration
    static class OfASealedClass {
        @Bean
        Sealed sealed() {
            return new Sealed.Only();
        }
    }

    @Nested
    class IsRejected {

        @Test
        void ifItsClassCannotHaveASubclass() {
            assertThatRefused(() -> Contexts.started(directory, ClassProxies.class, OfAFinalClass.class))
                    .hasMessageContainingAll(
                            "bean 'finalClass'", "FinalClass.run", "the class is final", "weave the class");
            assertThatRefused(() -> Contexts.started(directory, ClassProxies.class, OfARecord.class))
                    .hasMessageContainingAll("bean 'settings'", "Settings.run", "a record", "weave the class");
            assertThatRefused(() -> Contexts.started(directory, ClassProxies.class, OfASealedClass.class))
                    .hasMessageContainingAll("bean 'sealed'", "Only.run", "the class is final");
        }

        @Test
        void ifItsClassInheritsAPackagePrivateMethodFromAnotherClassLoader() throws Exception {
            Path above = directory.resolve("above");
            Path below = directory.resolve("below");
            Javac.compile(above, """
                    package fixture;
                    import io.github.filelocked.FileLocked;
                    public class Base {
                        @FileLocked("${dir}/x")
                        void run() {}
                    }
                    """);
            Javac.compile(below, List.of("-cp", above + ":" + Javac.codeOf(FileLocked.class)), """
                    package fixture;
                    public class Job extends Base {
                    }
                    """);
            try (URLClassLoader parent = Javac.load(above);
                    URLClassLoader child =
                            new URLClassLoader(new java.net.URL[] {below.toUri().toURL()}, parent);
                    var context = Contexts.prepared(directory, ClassProxies.class)) {
                context.setClassLoader(child);
                context.register(child.loadClass("fixture.Job"));
                assertThatRefused(context::refresh)
                        .hasMessageContainingAll(
                                "fixture.Job.run", "package-private", "class loader", "make it public");
            }
        }
    }
}
