package io.github.filelocked.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Recognises what a test put in the place of a bean. Mockito and Spring's test support need not be present. */
final class TestDoubles {

    private static final String OVERRIDES =
            "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

    private static final String HANDLER = "org.springframework.test.context.bean.override.BeanOverrideHandler";

    private final ConfigurableListableBeanFactory beans;
    private final @Nullable Class<?> mockito;

    TestDoubles(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        this.mockito = mockito(beans.getBeanClassLoader());
    }

    private static @Nullable Class<?> mockito(@Nullable ClassLoader loader) {
        try {
            return ClassUtils.forName("org.mockito.Mockito", loader);
        } catch (ClassNotFoundException | LinkageError absent) {
            return null;
        }
    }

    boolean include(String bean, Object object) {
        return isOverride(bean) || isMock(object);
    }

    /** The test support knows its overrides by their handlers, in a class that is not public. */
    private boolean isOverride(String bean) {
        Object registry = beans.getSingleton(OVERRIDES);
        if (registry == null) {
            return false;
        }
        try {
            Field names = registry.getClass().getDeclaredField("handlerToBeanNameMap");
            names.setAccessible(true);
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) names.get(registry)).entrySet()) {
                if (bean.equals(entry.getValue()) && !wraps(entry.getKey())) {
                    return true;
                }
            }
            return false;
        } catch (ReflectiveOperationException | RuntimeException otherVersion) {
            return false;
        }
    }

    /** A spy wraps the bean of the application. */
    private static boolean wraps(Object handler) throws ReflectiveOperationException {
        Class<?> type = Class.forName(HANDLER, false, handler.getClass().getClassLoader());
        return "WRAP".equals(String.valueOf(type.getMethod("getStrategy").invoke(handler)));
    }

    /** A spy runs the body, so it has to be locked. */
    private boolean isMock(Object object) {
        if (mockito == null) {
            return false;
        }
        try {
            Object details = mockito.getMethod("mockingDetails", Object.class).invoke(null, object);
            return is("isMock", details) && !is("isSpy", details);
        } catch (ReflectiveOperationException | LinkageError otherVersion) {
            return false;
        }
    }

    private static boolean is(String property, Object details) throws ReflectiveOperationException {
        Method getter = Class.forName(
                        "org.mockito.MockingDetails", false, details.getClass().getClassLoader())
                .getMethod(property);
        return Boolean.TRUE.equals(getter.invoke(details));
    }
}
