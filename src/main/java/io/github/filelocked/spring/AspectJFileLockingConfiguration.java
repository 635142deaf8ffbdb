package io.github.filelocked.spring;

import io.github.filelocked.FileLocks;
import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.invoke.FileLockedInvoker;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
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
     *
     * <p>That stays when the context is closed, until another context comes: the locks of {@link FileLocks#create()} might be
     * other ones than those of the context, and what runs after the close would be locked for itself.
     */
    static final class WovenByContext implements BeanFactoryPostProcessor, Supplier<FileLockedInvoker> {

        private volatile @Nullable BeanFactory context;
        private volatile @Nullable FileLockedInvoker invoker;

        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
            context = beans;
            FileLockedAspect.aspectOf().use(this);
        }

        @Override
        public FileLockedInvoker get() {
            FileLockedInvoker known = invoker;
            if (known == null) {
                known = Objects.requireNonNull(context).getBean(FileLockedInvoker.class);
                invoker = known;
            }
            return known;
        }
    }
}
