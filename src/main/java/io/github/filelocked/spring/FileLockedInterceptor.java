package io.github.filelocked.spring;

import io.github.filelocked.LockedPath;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.MethodClassKey;
import org.springframework.util.function.SingletonSupplier;

/** Hands each call of a proxied method to the invoker, which is made at the first one. */
final class FileLockedInterceptor implements MethodInterceptor {

    private final SpringResolver resolver;
    private final SingletonSupplier<FileLockedInvoker> invoker;
    private final CallersTransaction transactions = new CallersTransaction();
    private final Map<MethodClassKey, ProxiedMethod> methods = new ConcurrentHashMap<>();

    FileLockedInterceptor(SpringResolver resolver, ObjectProvider<FileLockedInvoker> invoker) {
        this.resolver = resolver;
        this.invoker = SingletonSupplier.of(invoker::getObject);
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        ProxiedMethod method = methodOf(invocation);
        List<Path> lockedBefore = CallersTransaction.isRunning() ? CallersTransaction.lockedNow() : null;
        ProxiedInvocation call = new ProxiedInvocation(invocation, method, this, lockedBefore, false);
        if (method.isAwaited()) {
            // A publisher may be subscribed to more than once, and each subscription runs the body anew.
            return ReactiveLock.around(
                    invoker.obtain(), call::again, method.method().getReturnType());
        }
        return invoker.obtain().invoke(call);
    }

    private ProxiedMethod methodOf(MethodInvocation invocation) {
        Method called = invocation.getMethod();
        Object target = invocation.getThis();
        Class<?> targetClass = target != null ? AopUtils.getTargetClass(target) : called.getDeclaringClass();
        return methods.computeIfAbsent(new MethodClassKey(called, targetClass), absent -> {
            // A JDK proxy's own methods have neither annotations nor parameter names.
            Method method =
                    Proxy.isProxyClass(targetClass) ? called : AopUtils.getMostSpecificMethod(called, targetClass);
            return new ProxiedMethod(method, targetClass, resolver.awaits(method.getReturnType()));
        });
    }

    /** The part that is the same for all calls of a method. */
    private record ProxiedMethod(Method method, Class<?> targetClass, boolean isAwaited) {}

    private record ProxiedInvocation(
            MethodInvocation invocation,
            ProxiedMethod proxied,
            FileLockedInterceptor interceptor,
            @Nullable List<Path> lockedBeforeInTransaction,
            boolean onAnotherThread)
            implements FileLockedInvocation {

        @Override
        public Method method() {
            return proxied.method();
        }

        @Override
        public Class<?> targetClass() {
            return proxied.targetClass();
        }

        @Override
        public @Nullable Object target() {
            return invocation.getThis();
        }

        @Override
        public List<String> parameterNames() {
            return interceptor.resolver.parameterNames(method());
        }

        @Override
        public @Nullable Object[] arguments() {
            return invocation.getArguments();
        }

        @Override
        public @Nullable Object proceed() throws Throwable {
            if (lockedBeforeInTransaction != null && !lockedBeforeInTransaction.containsAll(LockedPath.all())) {
                interceptor.transactions.warn(method());
            }
            // Inner advisors of AspectJ's kind look for the invocation on their thread.
            return onAnotherThread ? ExposeInvocationInterceptor.INSTANCE.invoke(invocation) : invocation.proceed();
        }

        /** Returns the same call once more, for another thread. */
        FileLockedInvocation again() {
            MethodInvocation clone = ((ProxyMethodInvocation) invocation).invocableClone();
            return new ProxiedInvocation(clone, proxied, interceptor, null, true);
        }
    }
}
