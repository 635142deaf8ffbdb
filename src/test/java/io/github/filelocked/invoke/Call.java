package io.github.filelocked.invoke;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;

/** A call as an adapter would intercept it, made by reflection. */
record Call(Object target, Method method, List<String> parameterNames, List<Object> values)
        implements FileLockedInvocation {

    Call(Object target, Method method, List<Object> values) {
        this(
                target,
                method,
                Arrays.stream(method.getParameters()).map(Parameter::getName).toList(),
                values);
    }

    /** A method as it is known before any call. */
    static Call uncalled(Method method, List<String> parameterNames) {
        return new Call(null, method, parameterNames, List.of());
    }

    /** A call of the only method of that name that the class declares or inherits. */
    static Call of(Object target, String name, Object... arguments) {
        return new Call(target, method(target.getClass(), name), Arrays.asList(arguments));
    }

    static Method method(Class<?> type, String name) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                if (method.getName().equals(name) && !method.isBridge()) {
                    method.setAccessible(true);
                    return method;
                }
            }
        }
        throw new IllegalArgumentException(type + " has no " + name);
    }

    @Override
    public Class<?> targetClass() {
        return method.getDeclaringClass();
    }

    @Override
    public Object[] arguments() {
        return values.toArray();
    }

    @Override
    public Object proceed() throws Throwable {
        try {
            return method.invoke(target, arguments());
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
