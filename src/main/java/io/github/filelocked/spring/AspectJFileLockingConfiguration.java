package io.github.filelocked.spring;

import io.github.filelocked.FileLocks;
import io.github.filelocked.invoke.FileLockedInvoker;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/** {@link EnableFileLocking} in mode {@code ASPECTJ}. */
@Configuration(proxyBeanMethods = false)
@ImportRuntimeHints(FileLockingHints.class)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class AspectJFileLockingConfiguration {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SpringResolver fileLockedResolver(ConfigurableBeanFactory beans, Environment environment) {
        return new SpringResolver(beans, environment, false);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedInvoker fileLockedInvoker(ObjectProvider<FileLocks> locks, SpringResolver resolver) {
        return new FileLockedInvoker(locks.getIfAvailable(FileLocks::create), resolver);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static WovenContext fileLockedAspectInUse(ConfigurableListableBeanFactory beans) {
        return new WovenContext(beans);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedBeanCheck fileLockedBeanCheck(ConfigurableListableBeanFactory beans, SpringResolver resolver) {
        return new FileLockedBeanCheck(beans, resolver, true);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedBeanCheck.FinishedCheck fileLockedFinishedBeanCheck(FileLockedBeanCheck check) {
        return new FileLockedBeanCheck.FinishedCheck(check);
    }
}
