package io.github.filelocked.spring;

import io.github.filelocked.FileLockedInvoker;
import io.github.filelocked.aspectj.FileLockedAspect;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

/** {@link EnableFileLocking} in mode {@code ASPECTJ}. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
@Import(FileLockingConfiguration.class)
class AspectJFileLockingConfiguration {

    /** A bean, so that it is in use before any other bean that depends on it or is looked at. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedAspect fileLockedAspect(FileLockedInvoker invoker) {
        FileLockedAspect aspect = FileLockedAspect.aspectOf();
        aspect.use(invoker);
        return aspect;
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedBeanCheck fileLockedBeanCheck(
            ConfigurableListableBeanFactory beans, SpringResolver resolver, FileLockedInvoker invoker) {
        return new FileLockedBeanCheck(beans, resolver, invoker, true);
    }
}
