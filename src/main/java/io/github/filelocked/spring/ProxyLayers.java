package io.github.filelocked.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.MethodMatchers;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.util.ClassUtils;

/** The proxies around the object of a finished bean, the outermost one first. */
final class ProxyLayers {

    private final List<Advised> layers = new ArrayList<>();
    private final Class<?> targetClass;

    ProxyLayers(Object bean) {
        Object current = bean;
        Class<?> type = ClassUtils.getUserClass(bean);
        while (current instanceof Advised advised) {
            layers.add(advised);
            TargetSource source = advised.getTargetSource();
            if (source instanceof SingletonTargetSource one) {
                current = one.getTarget();
                type = ClassUtils.getUserClass(current);
            } else {
                Class<?> declared = source.getTargetClass();
                type = declared == null ? type : ClassUtils.getUserClass(declared);
                break;
            }
        }
        this.targetClass = type;
    }

    Class<?> targetClass() {
        return targetClass;
    }

    boolean haveLock() {
        return layers.stream().anyMatch(ProxyLayers::hasLock);
    }

    private static boolean hasLock(Advised layer) {
        return Arrays.stream(layer.getAdvisors()).anyMatch(FileLockedAdvisor.class::isInstance);
    }

    /** Tells whether a call of the method reaches the lock: every proxy up to that of the lock passes it on. */
    boolean lead(Method method) {
        for (Advised layer : layers) {
            if (!passesOn(layer, method)) {
                return false;
            }
            if (hasLock(layer)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a proxy before the lock has the methods of its interfaces only, and this is none of them. */
    boolean hide(Method method) {
        return layers.stream().anyMatch(layer -> AopUtils.isJdkDynamicProxy(layer) && !passesOn(layer, method));
    }

    private boolean passesOn(Advised layer, Method method) {
        if (Proxy.isProxyClass(layer.getClass())) {
            return method.getDeclaringClass().isInterface()
                    ? method.getDeclaringClass().isInstance(layer)
                    : isOnInterface(method, layer);
        }
        // A package-private method is overridden only within one class loader, whatever the proxy declares.
        return Arrays.stream(layer.getClass().getDeclaredMethods())
                        .anyMatch(each -> each.getName().equals(method.getName())
                                && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()))
                && !FileLockedBeans.isHiddenFrom(layer.getClass(), method);
    }

    /** An interface may declare it with a type variable where the class has a type. */
    private boolean isOnInterface(Method method, Object proxy) {
        return Arrays.stream(ClassUtils.getAllInterfaces(proxy))
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .anyMatch(each -> each.getName().equals(method.getName())
                        && AopUtils.getMostSpecificMethod(each, targetClass).equals(method));
    }

    /** Returns the advisors that a call of the method passes, the outermost one first. */
    List<Advisor> advisorsOf(Method method) {
        return layers.stream()
                .flatMap(layer -> Arrays.stream(layer.getAdvisors()))
                .filter(advisor -> matches(advisor, method))
                .toList();
    }

    private boolean matches(Advisor advisor, Method method) {
        return !(advisor instanceof PointcutAdvisor some)
                || (some.getPointcut().getClassFilter().matches(targetClass)
                        && MethodMatchers.matches(some.getPointcut().getMethodMatcher(), method, targetClass, false));
    }
}
