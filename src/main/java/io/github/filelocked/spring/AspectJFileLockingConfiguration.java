package io.github.filelocked.spring;

import io.github.filelocked.FileLockedInvoker;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.lock.FileLocks;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
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
    static WovenByContext fileLockedAspectInUse() {
        return new WovenByContext();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLockedBeanCheck fileLockedBeanCheck(
            ConfigurableListableBeanFactory beans, SpringResolver resolver, FileLockedInvoker invoker) {
        return new FileLockedBeanCheck(beans, resolver, invoker, true);
    }

    /**
     * Has the aspect take its locks from the context before there is any ordinary bean: locks taken earlier from elsewhere
     * would be other ones. The aspect itself is no bean, or Spring would proxy with it as well.
     */
    static final class WovenByContext implements BeanFactoryPostProcessor, DisposableBean {

        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
            FileLockedAspect.aspectOf().use(() -> beans.getBean(FileLockedInvoker.class));
        }

        @Override
        public void destroy() {
            FileLockedAspect.aspectOf().use(FileLocks.create());
        }
    }
}
