package io.github.filelocked.boot;

import io.github.filelocked.FileLocks;
import io.github.filelocked.FileLocksBuilder;
import io.github.filelocked.lock.LockListener;
import io.github.filelocked.lock.LockProvider;
import io.github.filelocked.micrometer.LockMeters;
import io.github.filelocked.spring.EnableFileLocking;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Switches {@link EnableFileLocking} on, with locks, meters and an endpoint as the settings have it. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnProperty(name = "filelocked.enabled", matchIfMissing = true)
@EnableConfigurationProperties(FileLockedProperties.class)
@Import(GracefulShutdownConfiguration.class)
class FileLockedAutoConfiguration {

    /**
     * A bean of whatever has been switched on by hand, in this context: the advisor of a parent proxies no beans of a
     * child. An invoker of the application's own is no sign of that: without an advisor its methods would run unlocked.
     */
    static final String ENABLED = "io.github.filelocked.spring.FileLockedBeanCheck";

    @Bean
    @ConditionalOnMissingBean
    FileLocks fileLocks(
            FileLockedProperties properties,
            ObjectProvider<LockListener> listeners,
            ObjectProvider<LockProvider> provider) {
        FileLocksBuilder builder = properties.toBuilder();
        provider.ifAvailable(builder::provider);
        listeners.orderedStream().forEach(builder::listener);
        return builder.build();
    }

    /** As a property of the advisor's definition, since an annotation's order cannot come from the settings. */
    @Bean
    @ConditionalOnMissingBean(name = "fileLockedOrder")
    static BeanFactoryPostProcessor fileLockedOrder(Environment environment) {
        return beans -> {
            Integer order = Binder.get(environment)
                    .bind("filelocked.order", Integer.class)
                    .orElse(null);
            if (order != null && beans.containsBeanDefinition("fileLockedAdvisor")) {
                beans.getBeanDefinition("fileLockedAdvisor").getPropertyValues().add("order", order);
            }
        };
    }

    @Configuration(proxyBeanMethods = false)
    @EnableFileLocking(proxyTargetClass = true)
    @ConditionalOnMissingBean(type = FileLockedAutoConfiguration.ENABLED, search = SearchStrategy.CURRENT)
    @ConditionalOnProperty(name = "spring.aop.proxy-target-class", matchIfMissing = true)
    static class ClassProxies {}

    @Configuration(proxyBeanMethods = false)
    @EnableFileLocking
    @ConditionalOnMissingBean(type = FileLockedAutoConfiguration.ENABLED, search = SearchStrategy.CURRENT)
    @ConditionalOnProperty(name = "spring.aop.proxy-target-class", havingValue = "false")
    static class InterfaceProxies {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class Meters {

        @Bean
        @ConditionalOnBean(MeterRegistry.class)
        @ConditionalOnMissingBean
        LockMeters lockMeters(MeterRegistry registry) {
            return new LockMeters(registry);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Endpoint.class)
    static class Actuator {

        @Bean
        @ConditionalOnMissingBean
        FileLocksEndpoint fileLocksEndpoint() {
            return new FileLocksEndpoint();
        }
    }
}
