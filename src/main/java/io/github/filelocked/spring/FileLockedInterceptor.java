package io.github.filelocked.spring;

import io.github.filelocked.FileLockedInvocation;
import io.github.filelocked.FileLockedInvoker;
import java.lang.reflect.Method;
import java.util.List;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/** Hands each call of a proxied method to the invoker, which is made at the first one. */
final class FileLockedInterceptor implements MethodInterceptor {

    private final SpringResolver resolver;
    private final SingletonSupplier<FileLockedInvoker> invoker;

    FileLockedInterceptor(SpringResolver resolver, ObjectProvider<FileLockedInvoker> invoker) {
        this.resolver = resolver;
        this.invoker = SingletonSupplier.of(invoker::getObject);
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        ProxiedInvocation call = ProxiedInvocation.of(invocation, resolver);
        if (resolver.awaits(call.method().getReturnType())) {
            // A publisher may be subscribed to more than once, and each subscription runs the body anew.
            return ReactiveLock.around(
                    invoker.obtain(), call::again, call.method().getReturnType());
        }
        return invoker.obtain().invoke(call);
    }

    private record ProxiedInvocation(
            MethodInvocation invocation,
            Method method,
            Class<?> targetClass,
            SpringResolver resolver,
            boolean onAnotherThread)
            implements FileLockedInvocation {

        static ProxiedInvocation of(MethodInvocation invocation, SpringResolver resolver) {
            Object target = invocation.getThis();
            Class<?> targetClass = target != null
                    ? AopUtils.getTargetClass(target)
                    : invocation.getMethod().getDeclaringClass();
            Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), targetClass);
            return new ProxiedInvocation(invocation, method, targetClass, resolver, false);
        }

        @Override
        public @Nullable Object target() {
            return invocation.getThis();
        }

        @Override
        public List<String> parameterNames() {
            return resolver.parameterNames(method);
        }

        @Override
        public @Nullable Object[] arguments() {
            return invocation.getArguments();
        }

        @Override
        public @Nullable Object proceed() throws Throwable {
            // Inner advisors of AspectJ's kind look for the invocation on their thread.
            return onAnotherThread ? ExposeInvocationInterceptor.INSTANCE.invoke(invocation) : invocation.proceed();
        }

        /** The same call once more, for another thread. */
        FileLockedInvocation again() {
            MethodInvocation clone = ((ProxyMethodInvocation) invocation).invocableClone();
            return new ProxiedInvocation(clone, method, targetClass, resolver, true);
        }
    }
}
