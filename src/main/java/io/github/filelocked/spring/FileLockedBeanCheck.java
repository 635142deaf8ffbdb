package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLockedInvocation;
import io.github.filelocked.FileLockedInvoker;
import io.github.filelocked.lock.LockRefusedException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at the annotated methods of all beans when the singletons are there, and has the context fail if one of them
 * would run unlocked, or would be refused at every call.
 */
final class FileLockedBeanCheck implements SmartInitializingSingleton {

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
        for (String name : beans.getBeanDefinitionNames()) {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, FileLocked.class)) {
                check(name, ClassUtils.getUserClass(type), problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new LockRefusedException(
                    "methods with @FileLocked that cannot be locked:\n  - " + String.join("\n  - ", problems));
        }
    }

    private void check(String bean, Class<?> type, List<String> problems) {
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type, ReflectionUtils.USER_DECLARED_METHODS)) {
            if (resolver.annotation(method, type).isPresent()) {
                String problem = woven ? problemOfWeaving(method) : problemOfProxy(bean, method);
                if (problem == null) {
                    problem = problemOfAnnotation(method, type);
                }
                if (problem != null) {
                    problems.add(
                            "bean '" + bean + "', method " + type.getName() + "." + method.getName() + ": " + problem);
                }
            }
        }
    }

    private @Nullable String problemOfAnnotation(Method method, Class<?> type) {
        try {
            invoker.check(new UncalledMethod(method, type, resolver.parameterNames(method)));
            return null;
        } catch (LockRefusedException refused) {
            return refused.getMessage();
        }
    }

    private @Nullable String problemOfProxy(String bean, Method method) {
        if (isWoven(method.getDeclaringClass())) {
            return null;
        }
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers) || Modifier.isFinal(modifiers)) {
            return "a proxy cannot intercept a "
                    + Modifier.toString(modifiers & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL))
                    + " method, so it would run unlocked; make it an overridable one, or weave the class";
        }
        Object singleton = beans.getSingleton(bean);
        if (singleton != null && !isLocking(singleton)) {
            return "the bean is not proxied, so it would run unlocked: it was created before the proxies were ready, probably"
                    + " because a BeanPostProcessor or a BeanFactoryPostProcessor needs it; have that look it up later, or"
                    + " weave the class";
        }
        if (singleton != null && AopUtils.isJdkDynamicProxy(singleton) && !isOnInterface(method, singleton)) {
            return "the bean's proxy has the methods of its interfaces alone, and this is none of them; put it on an"
                    + " interface, or use proxyTargetClass = true";
        }
        return null;
    }

    private static boolean isLocking(Object singleton) {
        return singleton instanceof Advised advised
                && Arrays.stream(advised.getAdvisors()).anyMatch(FileLockedAdvisor.class::isInstance);
    }

    private static boolean isOnInterface(Method method, Object proxy) {
        return Arrays.stream(ClassUtils.getAllInterfaces(proxy))
                .anyMatch(type -> ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes()));
    }

    private static @Nullable String problemOfWeaving(Method method) {
        return isWoven(method.getDeclaringClass())
                ? null
                : "its class is not woven, so it would run unlocked; compile it with the AspectJ compiler and filelocked on the"
                        + " aspect path, start with the weaver's agent, or use mode = PROXY";
    }

    /** The weaver leaves a static part for each join point. */
    private static boolean isWoven(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .anyMatch(field -> field.getName().startsWith("ajc$tjp_"));
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
