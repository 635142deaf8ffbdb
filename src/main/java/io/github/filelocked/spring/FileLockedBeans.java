package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLocks;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import io.github.filelocked.lock.LockRefusedException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Finds what keeps the annotated methods of a bean from being locked, at each stage of the bean's life. */
final class FileLockedBeans {

    private static final String RELEASED_BEFORE_COMMIT =
            "the transaction is outside the lock, so the lock would be released before the commit; give"
                    + " @EnableTransactionManagement(order = ...) a higher order than @EnableFileLocking or"
                    + " filelocked.order"
                    + " has, or leave out both orders";

    private static final String WOVEN_RELEASED_BEFORE_COMMIT =
            "the woven lock is inside the transaction of the bean's proxy, so it is released before the commit; use"
                    + " @EnableFileLocking(mode = PROXY), or weave the transactions too, with the lock's aspect first";

    private final ConfigurableListableBeanFactory beans;
    private final SpringResolver resolver;
    private final boolean woven;
    private final LockedMethods methods;
    private final TestDoubles testDoubles;
    private final Set<String> warnings = ConcurrentHashMap.newKeySet();

    /**
     * Only checks annotations: its locks are never asked for. That of the context may need beans that are not ready.
     */
    private final FileLockedInvoker annotations;

    FileLockedBeans(ConfigurableListableBeanFactory beans, SpringResolver resolver, boolean woven) {
        this.beans = beans;
        this.resolver = resolver;
        this.woven = woven;
        this.methods = new LockedMethods(resolver, woven);
        this.testDoubles = new TestDoubles(beans);
        this.annotations = new FileLockedInvoker(FileLocks.create(), resolver);
    }

    /** Checks a bean that need not exist yet, by its class. */
    List<String> problemsOfClass(String bean, Class<?> type) {
        return problems(bean, type, method -> {
            String problem = problemOfObject(bean, method, type);
            return problem != null || woven ? problem : problemOfOverriding(method, type);
        });
    }

    /** Checks an object before Spring calls any of its methods, and before there is a proxy. */
    List<String> problemsOfObject(String bean, Object object) {
        Class<?> type = new ProxyLayers(object).targetClass();
        return unlessTestDouble(bean, object, problems(bean, type, method -> problemOfObject(bean, method, type)));
    }

    /** Checks what callers get. */
    List<String> problemsOfFinished(String bean, Object finished) {
        ProxyLayers layers = new ProxyLayers(finished);
        Class<?> type = layers.targetClass();
        if (finished instanceof ScopedObject || !LockedMethods.existIn(type)) {
            return List.of(); // What a scoped proxy stands for is a bean of its own, and is checked there.
        }
        List<String> problems = problems(bean, type, method -> problemOfFinished(bean, finished, method, layers));
        return unlessTestDouble(bean, finished, problems);
    }

    private List<String> unlessTestDouble(String bean, Object object, List<String> problems) {
        return !problems.isEmpty() && testDoubles.include(bean, object) ? List.of() : problems;
    }

    private List<String> problems(String bean, Class<?> type, Function<Method, @Nullable String> problemOf) {
        return methods.of(type).stream()
                .map(method -> {
                    String problem = problemOf.apply(method);
                    return problem == null ? null : where(bean, type, method) + problem;
                })
                .filter(Objects::nonNull)
                .toList();
    }

    private static String where(String bean, Class<?> type, Method method) {
        return "bean '" + bean + "', method " + type.getName() + "." + method.getName() + ": ";
    }

    private @Nullable String problemOfObject(String bean, Method method, Class<?> type) {
        if (woven && !isWoven(method)) {
            return "its class is not woven, so it would run unlocked; compile it with the AspectJ compiler and"
                    + " filelocked on"
                    + " the aspect path, start with the weaver's agent, or use mode = PROXY";
        }
        if (woven && Modifier.isSynchronized(method.getModifiers())) {
            return "a woven synchronized method waits for its lock inside its monitor, which can be a deadlock that"
                    + " no tool"
                    + " sees; put synchronized (this) inside the body";
        }
        if (!isWoven(method)) {
            String role = ContainerCalls.roleOf(method, type, definition(bean));
            if (role != null) {
                return "Spring calls it " + role
                        + " past the proxy, so it would run unlocked; move the work to a method of"
                        + " another bean, put @FileLocked on single methods if it is on the class, or weave the class";
            }
            if (cannotBeProxied(bean, method, type)) {
                return "a proxy is a subclass, and the class is " + (type.isRecord() ? "a record" : "final")
                        + "; open the class, put the method on an interface and use proxyTargetClass = false (Spring"
                        + " Boot: spring.aop.proxy-target-class=false), or weave the"
                        + " class";
            }
        }
        return problemOfAnnotation(method, type);
    }

    private @Nullable BeanDefinition definition(String bean) {
        return beans.containsBeanDefinition(bean) ? beans.getMergedBeanDefinition(bean) : null;
    }

    private boolean cannotBeProxied(String bean, Method method, Class<?> type) {
        boolean closed = Modifier.isFinal(type.getModifiers()) || type.isSealed();
        return closed
                && !Proxy.isProxyClass(type)
                && !ClassUtils.isLambdaClass(type)
                && (!isOfInterface(method, type) || proxiesClasses(bean));
    }

    private static boolean isOfInterface(Method method, Class<?> type) {
        return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .anyMatch(each -> each.getName().equals(method.getName())
                        && AopUtils.getMostSpecificMethod(each, type).equals(method));
    }

    private boolean proxiesClasses(String bean) {
        return AutoProxyUtils.shouldProxyTargetClass(beans, bean)
                || (beans.getSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME) instanceof ProxyConfig creator
                        && creator.isProxyTargetClass());
    }

    private @Nullable String problemOfAnnotation(Method method, Class<?> type) {
        try {
            annotations.check(new UncalledMethod(method, type, resolver.parameterNames(method)));
            return null;
        } catch (LockRefusedException refused) {
            return refused.getMessage();
        }
    }

    /** A method of an interface may yet be called through a proxy that has the interfaces only. */
    private static @Nullable String problemOfOverriding(Method method, Class<?> type) {
        return isWoven(method) || isOfInterface(method, type) ? null : whyNotOverridden(method, type);
    }

    private static @Nullable String whyNotOverridden(Method method, Class<?> type) {
        int modifiers = method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL);
        if (modifiers != 0) {
            return "a proxy cannot intercept a " + Modifier.toString(modifiers)
                    + " method, so it would run unlocked; make it an overridable one, or weave the class";
        }
        if (isHiddenFrom(type, method)) {
            return "a proxy cannot intercept a package-private method of another package or class loader, so it"
                    + " would run"
                    + " unlocked; make it public or protected, or weave the class";
        }
        return null;
    }

    /** A package is that of a class loader. */
    static boolean isHiddenFrom(Class<?> type, Method method) {
        int visible = Modifier.PUBLIC | Modifier.PROTECTED;
        Class<?> declaring = method.getDeclaringClass();
        return (method.getModifiers() & visible) == 0
                && !(declaring.getPackageName().equals(type.getPackageName())
                        && Objects.equals(declaring.getClassLoader(), type.getClassLoader()));
    }

    private @Nullable String problemOfFinished(String bean, Object finished, Method method, ProxyLayers layers) {
        NeighbouringAdvice advice = new NeighbouringAdvice(method, layers);
        if (woven) {
            if (advice.commitsAfterTheRelease()) {
                warn(bean, method, layers, WOVEN_RELEASED_BEFORE_COMMIT);
            }
            return null;
        }
        if (layers.haveLock() && advice.commitsAfterTheRelease()) {
            return RELEASED_BEFORE_COMMIT;
        }
        String detaching = layers.haveLock() ? advice.detaching() : null;
        if (detaching != null) {
            warn(bean, method, layers, detachedBy(detaching));
        }
        return isWoven(method) ? null : whyNotLocked(bean, finished, method, layers);
    }

    private static String detachedBy(String aspect) {
        return aspect
                + " is inside the lock: the body runs on a thread without the lock's context, or goes on after the"
                + " release; give Resilience4j's aspect a lower order than the lock has";
    }

    private void warn(String bean, Method method, ProxyLayers layers, String warning) {
        String line = where(bean, layers.targetClass(), method) + warning;
        if (warnings.add(line)) {
            System.getLogger(FileLocked.class.getPackageName()).log(Level.WARNING, line);
        }
    }

    private @Nullable String whyNotLocked(String bean, Object finished, Method method, ProxyLayers layers) {
        if (layers.lead(method)) {
            return null;
        }
        if ((method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) != 0 || !layers.hide(method)) {
            String reason = whyNotOverridden(method, layers.targetClass());
            if (reason != null) {
                return reason;
            }
        }
        if (!layers.haveLock()) {
            return "the bean is not proxied, so it would run unlocked: " + whyNotProxied(bean, finished)
                    + ", or weave the class";
        }
        return layers.hide(method)
                ? "the bean's proxy has only the methods of its interfaces, and this is none of them; put it on an"
                        + " interface, or use proxyTargetClass = true (Spring Boot: spring.aop.proxy-target-class=true)"
                : "the bean's proxy does not override it, because it is package-private and the proxy is in another"
                        + " package"
                        + " or class loader, so it would run unlocked; make it public or protected, or weave the class";
    }

    private String whyNotProxied(String bean, Object finished) {
        if (finished instanceof BeanPostProcessor || finished instanceof BeanFactoryPostProcessor) {
            return "it is a post-processor, and created before the proxies are ready; move the method to another"
                    + " bean, and"
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

    /** The weaver moves the body of a method that an aspect was woven around. Which aspect it was is not known. */
    private static boolean isWoven(Method method) {
        String body = method.getName() + "_aroundBody";
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .map(Method::getName)
                .anyMatch(name -> name.length() > body.length()
                        && name.startsWith(body)
                        && name.chars().skip(body.length()).allMatch(Character::isDigit));
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
