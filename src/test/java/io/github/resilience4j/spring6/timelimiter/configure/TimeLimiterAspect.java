package io.github.resilience4j.spring6.timelimiter.configure;

import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.springframework.core.Ordered;

/** Stands for the aspect of Resilience4j, which this library knows by name. */
@Aspect
public final class TimeLimiterAspect implements Ordered {

    private final int order;

    public TimeLimiterAspect(int order) {
        this.order = order;
    }

    @Override
    public int getOrder() {
        return order;
    }

    @Around("execution(* limited(..))")
    public Object limit(ProceedingJoinPoint call) throws Throwable {
        return call.proceed();
    }
}
