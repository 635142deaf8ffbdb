package io.github.filelocked.spring;

import io.github.filelocked.FileLockedInvoker;
import io.github.filelocked.lock.FileLocks;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/** What both modes share. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class FileLockingConfiguration {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SpringResolver fileLockedResolver(ConfigurableBeanFactory beanFactory, Environment environment) {
        return new SpringResolver(beanFactory, environment);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedInvoker fileLockedInvoker(ObjectProvider<FileLocks> locks, SpringResolver resolver) {
        return new FileLockedInvoker(locks.getIfAvailable(FileLocks::create), resolver);
    }
}
