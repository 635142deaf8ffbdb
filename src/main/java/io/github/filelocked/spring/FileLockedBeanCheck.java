package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRefusedException.Reason;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at the annotated methods of all beans when the singletons are there, and has the context fail if one of them
 * would run unlocked, or would be refused at every call.
 */
final class FileLockedBeanCheck implements SmartInitializingSingleton {

    private static final String RELEASED_TOO_EARLY =
            "the woven lock is inside the transaction of the bean's proxy, so it is released before the commit; use"
                    + " @EnableFileLocking(mode = PROXY), or weave the transactions too, with the lock's aspect first";

    private final ConfigurableListableBeanFactory beans;
    private final SpringResolver resolver;
    private final FileLockedInvoker invoker;
    private final boolean woven;

    FileLockedBeanCheck(
            ConfigurableListableBeanFactory beans, SpringResolver resolver, FileLockedInvoker invoker, boolean woven) {
        this.beans = beans;
        this.resolver = resolver;
        this.invoker = invoker;
        this.woven = woven;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> problems = new ArrayList<>();
        ProxiedTransactions transactions = new ProxiedTransactions(beans);
        Set<String> names = new LinkedHashSet<>(List.of(beans.getBeanDefinitionNames()));
        names.addAll(List.of(beans.getSingletonNames()));
        for (String name : names) {
            Class<?> type = typeOf(name);
            // What a scoped proxy stands for is a bean of its own, and is looked at there.
            if (type != null && !ScopedObject.class.isAssignableFrom(type)) {
                check(name, ClassUtils.getUserClass(type), transactions, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new LockRefusedException(
                    Reason.BAD_ANNOTATION,
                    "methods with @FileLocked that cannot be locked:\n  - " + String.join("\n  - ", problems));
        }
    }

    private @Nullable Class<?> typeOf(String bean) {
        try {
            return ScopedProxyUtils.isScopedTarget(bean) || beans.isFactoryBean(bean)
                    ? beans.getType(bean, false)
                    : AutoProxyUtils.determineTargetClass(beans, bean);
        } catch (Throwable unresolvable) {
            return null; // A lazy bean of a class that is not there, say: it fails when it is asked for, not now.
        }
    }

    private void check(String bean, Class<?> type, ProxiedTransactions transactions, List<String> problems) {
        if (!AnnotationUtils.isCandidateClass(type, FileLocked.class)) {
            return;
        }
        for (Method method : methodsOf(type)) {
            if (isLocked(method, type)) {
                String problem = problemOf(bean, method, type);
                String where = "bean '" + bean + "', method " + type.getName() + "." + method.getName() + ": ";
                if (problem != null) {
                    problems.add(where + problem);
                } else if (woven && transactions.surround(method, type)) {
                    System.getLogger(FileLocked.class.getPackageName()).log(Level.WARNING, where + RELEASED_TOO_EARLY);
                }
            }
        }
    }

    /** Without the generic ones that a method of another signature implements. */
    private static Set<Method> methodsOf(Class<?> type) {
        return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type, ReflectionUtils.USER_DECLARED_METHODS))
                .map(method -> AopUtils.getMostSpecificMethod(method, type))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** With proxies, a class's annotation is about the methods that are called from outside: not its private helpers. */
    private boolean isLocked(Method method, Class<?> type) {
        boolean itself = AnnotatedElementUtils.hasAnnotation(method, FileLocked.class);
        boolean helper = Modifier.isPrivate(method.getModifiers()) && !woven;
        return (itself || !helper) && resolver.isLocked(method, type);
    }

    private @Nullable String problemOf(String bean, Method method, Class<?> type) {
        String problem = woven ? problemOfWeaving(method) : problemOfProxy(bean, method, type);
        return problem != null ? problem : problemOfAnnotation(method, type);
    }

    private @Nullable String problemOfAnnotation(Method method, Class<?> type) {
        try {
            invoker.check(new UncalledMethod(method, type, resolver.parameterNames(method)));
            return null;
        } catch (LockRefusedException refused) {
            return refused.getMessage();
        }
    }

    private @Nullable String problemOfProxy(String bean, Method method, Class<?> type) {
        if (isWoven(method)) {
            return null;
        }
        int modifiers = method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL);
        if (modifiers != 0) {
            return "a proxy cannot intercept a " + Modifier.toString(modifiers)
                    + " method, so it would run unlocked; make it an overridable one, or weave the class";
        }
        if (isHiddenFrom(type, method)) {
            return "a proxy cannot intercept a package-private method of another package, so it would run unlocked; make it"
                    + " public or protected, or weave the class";
        }
        Object singleton = singleton(bean);
        if (singleton != null && !isLocking(singleton)) {
            return "the bean is not proxied, so it would run unlocked: " + whyNotProxied(bean, singleton)
                    + ", or weave the class";
        }
        if (singleton != null && AopUtils.isJdkDynamicProxy(singleton) && !isOnInterface(method, type, singleton)) {
            return "the bean's proxy has the methods of its interfaces alone, and this is none of them; put it on an"
                    + " interface, or use proxyTargetClass = true";
        }
        return null;
    }

    private String whyNotProxied(String bean, Object singleton) {
        if (singleton instanceof BeanPostProcessor || singleton instanceof BeanFactoryPostProcessor) {
            return "it is a post-processor, and created before the proxies are ready; move the method to another bean, and"
                    + " have it looked up late, through an ObjectProvider";
        }
        String[] dependents = beans.getDependentBeans(bean);
        return (beans.containsBeanDefinition(bean)
                        ? "it was created before the proxies were ready, probably because a BeanPostProcessor or a"
                                + " BeanFactoryPostProcessor needs it"
                        : "it was registered as an object")
                + (dependents.length == 0 ? "" : " (it is used by " + String.join(", ", dependents) + ")")
                + (beans.containsBeanDefinition(bean)
                        ? "; have that look it up late, through an ObjectProvider"
                        : "; register it as a bean definition");
    }

    private static boolean isHiddenFrom(Class<?> type, Method method) {
        int visible = Modifier.PUBLIC | Modifier.PROTECTED;
        return (method.getModifiers() & visible) == 0
                && !method.getDeclaringClass().getPackageName().equals(type.getPackageName());
    }

    /** What callers get, if it is there already: of a factory, its product. */
    private @Nullable Object singleton(String bean) {
        Object singleton = beans.getSingleton(bean);
        if (singleton instanceof FactoryBean<?> factory) {
            return factory.isSingleton() ? beans.getBean(bean) : null;
        }
        return singleton;
    }

    private static boolean isLocking(Object singleton) {
        return singleton instanceof Advised advised
                && Arrays.stream(advised.getAdvisors()).anyMatch(FileLockedAdvisor.class::isInstance);
    }

    /** An interface may declare it with a type variable where the class has a type. */
    private static boolean isOnInterface(Method method, Class<?> type, Object proxy) {
        return Arrays.stream(ClassUtils.getAllInterfaces(proxy))
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .anyMatch(each -> each.getName().equals(method.getName())
                        && AopUtils.getMostSpecificMethod(each, type).equals(method));
    }

    private static @Nullable String problemOfWeaving(Method method) {
        return isWoven(method)
                ? null
                : "its class is not woven, so it would run unlocked; compile it with the AspectJ compiler and filelocked on the"
                        + " aspect path, start with the weaver's agent, or use mode = PROXY";
    }

    /** Of a method that an aspect was woven around, the weaver keeps the body in another one. Which aspect, is not known. */
    private static boolean isWoven(Method method) {
        Pattern body = Pattern.compile(Pattern.quote(method.getName()) + "_aroundBody\\d+");
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .anyMatch(other -> body.matcher(other.getName()).matches());
    }

    private record UncalledMethod(Method method, Class<?> targetClass, List<String> parameterNames)
            implements FileLockedInvocation {

        @Override
        public @Nullable Object target() {
            return null;
        }

        @Override
        public @Nullable Object[] arguments() {
            return new Object[method.getParameterCount()];
        }

        @Override
        public @Nullable Object proceed() {
            throw new IllegalStateException("never called");
        }
    }
}
