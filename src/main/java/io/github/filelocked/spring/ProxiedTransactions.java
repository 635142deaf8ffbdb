package io.github.filelocked.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.MethodMatchers;
import org.springframework.beans.factory.ListableBeanFactory;

/** The transactions that a context puts around its beans by proxies. They are optional, and so are known by name. */
final class ProxiedTransactions {

    private static final String INTERCEPTOR = "org.springframework.transaction.interceptor.TransactionAspectSupport";

    private final List<Advisor> advisors;

    ProxiedTransactions(ListableBeanFactory beans) {
        this.advisors = beans.getBeanProvider(Advisor.class).stream()
                .filter(advisor -> isTransactional(advisor.getAdvice().getClass()))
                .toList();
    }

    private static boolean isTransactional(Class<?> advice) {
        return Stream.<Class<?>>iterate(advice, type -> type != null, Class::getSuperclass)
                .anyMatch(type -> type.getName().equals(INTERCEPTOR));
    }

    boolean surround(Method method, Class<?> type) {
        int hidden = method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL);
        return hidden == 0 && advisors.stream().anyMatch(advisor -> matches(advisor, method, type));
    }

    private static boolean matches(Advisor advisor, Method method, Class<?> type) {
        return !(advisor instanceof PointcutAdvisor some)
                || (some.getPointcut().getClassFilter().matches(type)
                        && MethodMatchers.matches(some.getPointcut().getMethodMatcher(), method, type, false));
    }
}
