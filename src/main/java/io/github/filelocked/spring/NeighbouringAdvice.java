package io.github.filelocked.spring;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.aspectj.AbstractAspectJAdvice;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * The effect of other advice around a method on its lock, by its place in the chain of the bean. The libraries behind
 * the advice are optional, so they are known by name.
 */
final class NeighbouringAdvice {

    private static final String TRANSACTION = "org.springframework.transaction.interceptor.TransactionAspectSupport";
    private static final String ASPECTJ_ADVICE = "org.springframework.aop.aspectj.AbstractAspectJAdvice";
    private static final String RESILIENCE4J = "io.github.resilience4j.";
    private static final String BULKHEAD = RESILIENCE4J + "bulkhead.annotation.Bulkhead";

    private final Method method;
    private final Class<?> type;
    private final List<Advisor> advisors;
    private final int lock;

    NeighbouringAdvice(Method method, ProxyLayers layers) {
        this.method = method;
        this.type = layers.targetClass();
        this.advisors = layers.advisorsOf(method);
        this.lock = indexOfLock(advisors);
    }

    private static int indexOfLock(List<Advisor> advisors) {
        for (int i = 0; i < advisors.size(); i++) {
            if (advisors.get(i) instanceof FileLockedAdvisor) {
                return i;
            }
        }
        return advisors.size();
    }

    /** Tells whether a transaction commits after the release; a woven lock is inside all advice. */
    boolean commitsAfterTheRelease() {
        return advisors.subList(0, lock).stream()
                .anyMatch(advisor -> isOfClass(advisor.getAdvice().getClass(), TRANSACTION));
    }

    /**
     * Names the advice inside the lock that hands the body to another thread and goes on without waiting for its end.
     */
    @Nullable
    String detaching() {
        return advisors.subList(Math.min(lock + 1, advisors.size()), advisors.size()).stream()
                .map(advisor -> aspectOf(advisor.getAdvice()))
                .filter(aspect -> aspect.startsWith(RESILIENCE4J))
                .map(aspect -> aspect.substring(aspect.lastIndexOf('.') + 1))
                .filter(aspect ->
                        aspect.equals("TimeLimiterAspect") || (aspect.equals("BulkheadAspect") && usesThreads()))
                .findFirst()
                .orElse(null);
    }

    private boolean usesThreads() {
        return Stream.of(method, type)
                .flatMap(element -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream(BULKHEAD))
                .anyMatch(bulkhead ->
                        "THREADPOOL".equals(String.valueOf(bulkhead.asMap().get("type"))));
    }

    private static String aspectOf(Advice advice) {
        return isOfClass(advice.getClass(), ASPECTJ_ADVICE)
                ? AspectJ.aspectOf(advice)
                : advice.getClass().getName();
    }

    private static boolean isOfClass(Class<?> advice, String name) {
        return Stream.<Class<?>>iterate(advice, type -> type != null, Class::getSuperclass)
                .anyMatch(type -> type.getName().equals(name));
    }

    /** Loaded only where there is such advice, and so AspectJ. */
    private static final class AspectJ {

        static String aspectOf(Advice advice) {
            return ((AbstractAspectJAdvice) advice)
                    .getAspectJAdviceMethod()
                    .getDeclaringClass()
                    .getName();
        }
    }
}
