package io.github.filelocked.spring;

import io.github.filelocked.invoke.FileLockedInvoker;
import java.io.Serial;
import java.lang.reflect.Method;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;

/** Puts the interceptor on annotated methods. */
final class FileLockedAdvisor extends StaticMethodMatcherPointcutAdvisor {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient SpringResolver resolver;

    FileLockedAdvisor(SpringResolver resolver, ObjectProvider<FileLockedInvoker> invoker, int order) {
        super(new FileLockedInterceptor(resolver, invoker));
        this.resolver = resolver;
        setOrder(order);
        setClassFilter(LockedMethods::existIn);
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        // A log line that calls toString() is not to wait for a lock.
        return method.getDeclaringClass() != Object.class && resolver.isLocked(method, targetClass);
    }
}
