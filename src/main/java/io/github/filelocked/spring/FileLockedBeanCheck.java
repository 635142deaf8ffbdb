package io.github.filelocked.spring;

import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockRefusedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ClassUtils;

/**
 * Rejects beans whose annotated methods would run unlocked, or would be rejected at every call: each bean when Spring
 * creates it, before any of its methods runs, and all others at the end of the start. The contexts below this one are
 * checked too, at the end of their start, if they have no check of their own.
 */
final class FileLockedBeanCheck
        implements BeanFactoryPostProcessor, SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent> {

    private final ConfigurableListableBeanFactory beans;
    private final SpringResolver resolver;
    private final boolean woven;
    private final FileLockedBeans check;
    private final Set<String> madeByFactories = ConcurrentHashMap.newKeySet();
    private volatile boolean started;

    FileLockedBeanCheck(ConfigurableListableBeanFactory beans, SpringResolver resolver, boolean woven) {
        this.beans = beans;
        this.resolver = resolver;
        this.woven = woven;
        this.check = new FileLockedBeans(beans, resolver, woven);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory sameBeans) {
        beans.addBeanPostProcessor(new ObjectCheck());
    }

    @Override
    public void afterSingletonsInstantiated() {
        refuse(problemsOfAll());
        // What the calls need fails now, not at the first call.
        beans.getBeanProvider(FileLockedInvoker.class).getObject();
        started = true;
    }

    /**
     * A post-processor belongs to one bean factory, so the beans of a child context get neither proxies nor checks of
     * it.
     */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent refreshed) {
        if (refreshed.getApplicationContext() instanceof ConfigurableApplicationContext child
                && child.getBeanFactory() != beans
                && child.getBeanFactory().getBeanNamesForType(FileLockedBeanCheck.class, false, false).length == 0) {
            FileLockedBeanCheck own = new FileLockedBeanCheck(child.getBeanFactory(), resolver, woven);
            own.afterSingletonsInstantiated();
            child.getBeanFactory().addBeanPostProcessor(own.new ObjectCheck());
            child.getBeanFactory().addBeanPostProcessor(new FinishedCheck(own));
        }
    }

    private Set<String> problemsOfAll() {
        Set<String> names = new LinkedHashSet<>(List.of(beans.getBeanDefinitionNames()));
        names.addAll(List.of(beans.getSingletonNames()));
        Set<String> problems = new LinkedHashSet<>();
        for (String name : names) {
            Object singleton = singleton(name);
            if (singleton != null && !(singleton instanceof FactoryBean)) {
                problems.addAll(problemsOfExisting(name, singleton));
            } else {
                Class<?> type = typeOf(name);
                if (type != null && !ScopedObject.class.isAssignableFrom(type)) {
                    problems.addAll(check.problemsOfClass(name, ClassUtils.getUserClass(type)));
                }
            }
        }
        return problems;
    }

    private List<String> problemsOfExisting(String name, Object singleton) {
        List<String> problems = check.problemsOfObject(name, singleton);
        return problems.isEmpty() ? check.problemsOfFinished(name, singleton) : problems;
    }

    /** Returns what callers get, if it exists: of a factory that has made its product, the product. */
    private @Nullable Object singleton(String name) {
        if (!beans.containsSingleton(name) || beans.isCurrentlyInCreation(name)) {
            return null;
        }
        Object singleton = beans.getSingleton(name);
        return singleton instanceof FactoryBean<?> factory && factory.isSingleton() && madeByFactories.contains(name)
                ? beans.getBean(name)
                : singleton;
    }

    private @Nullable Class<?> typeOf(String bean) {
        try {
            return ScopedProxyUtils.isScopedTarget(bean) || beans.isFactoryBean(bean)
                    ? beans.getType(bean, false)
                    : AutoProxyUtils.determineTargetClass(beans, bean);
        } catch (Throwable unresolvable) {
            return null; // A lazy bean whose class is missing, for example, fails when it is asked for, not now.
        }
    }

    /** At the start, the message lists the problems of all beans, so that they can be fixed together. */
    private void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            Set<String> all = new LinkedHashSet<>(problems);
            if (!started) {
                all.addAll(problemsOfAll());
            }
            refuse(all);
        }
    }

    private static void refuse(Set<String> problems) {
        if (!problems.isEmpty()) {
            throw new LockRefusedException(
                    "methods with @FileLocked that cannot be locked:\n  - " + String.join("\n  - ", problems));
        }
    }

    /**
     * Comes before all other post-processors: it checks objects before Spring injects into them or initialises them.
     */
    private final class ObjectCheck implements InstantiationAwareBeanPostProcessor {

        @Override
        public boolean postProcessAfterInstantiation(Object bean, String name) {
            refuse(check.problemsOfObject(name, bean));
            return true;
        }

        /** The products of factories come here only. */
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (LockedMethods.existIn(bean.getClass()) && !(bean instanceof FactoryBean)) {
                madeByFactories.add(name);
                refuse(check.problemsOfObject(name, bean));
            }
            return bean;
        }
    }

    /** Comes after all other post-processors: it checks what callers get. */
    static final class FinishedCheck
            implements SmartInstantiationAwareBeanPostProcessor, MergedBeanDefinitionPostProcessor {

        private final FileLockedBeanCheck check;
        private final Set<String> early = ConcurrentHashMap.newKeySet();

        FinishedCheck(FileLockedBeanCheck check) {
            this.check = check;
        }

        @Override
        public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {}

        /** In a circle of beans, this is what callers get; the end of the initialisation then sees the bare object. */
        @Override
        public Object getEarlyBeanReference(Object bean, String name) {
            if (LockedMethods.existIn(bean.getClass())) {
                early.add(name);
                check.refuse(check.check.problemsOfFinished(name, bean));
            }
            return bean;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (!early.remove(name)) {
                check.refuse(check.check.problemsOfFinished(name, bean));
            }
            return bean;
        }
    }
}
