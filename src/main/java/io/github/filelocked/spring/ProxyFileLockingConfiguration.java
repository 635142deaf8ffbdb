package io.github.filelocked.spring;

import io.github.filelocked.FileLocks;
import io.github.filelocked.invoke.FileLockedInvoker;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportAware;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** {@link EnableFileLocking} in mode {@code PROXY}. */
@Configuration(proxyBeanMethods = false)
@ImportRuntimeHints(FileLockingHints.class)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class ProxyFileLockingConfiguration implements ImportAware {

    private int order = EnableFileLocking.DEFAULT_ORDER;

    @Override
    public void setImportMetadata(AnnotationMetadata importMetadata) {
        Object configured = Objects.requireNonNull(
                        importMetadata.getAnnotationAttributes(EnableFileLocking.class.getName()))
                .get("order");
        this.order = (Integer) Objects.requireNonNull(configured);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SpringResolver fileLockedResolver(ConfigurableBeanFactory beans, Environment environment) {
        return new SpringResolver(beans, environment, true);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedInvoker fileLockedInvoker(ObjectProvider<FileLocks> locks, SpringResolver resolver) {
        return new FileLockedInvoker(locks.getIfAvailable(FileLocks::create), resolver);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    FileLockedAdvisor fileLockedAdvisor(SpringResolver resolver, ObjectProvider<FileLockedInvoker> invoker) {
        return new FileLockedAdvisor(resolver, invoker, order);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedBeanCheck fileLockedBeanCheck(ConfigurableListableBeanFactory beans, SpringResolver resolver) {
        return new FileLockedBeanCheck(beans, resolver, false);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedBeanCheck.FinishedCheck fileLockedFinishedBeanCheck(FileLockedBeanCheck check) {
        return new FileLockedBeanCheck.FinishedCheck(check);
    }
}
