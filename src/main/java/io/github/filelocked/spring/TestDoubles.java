package io.github.filelocked.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

/** Recognises what a test put in the place of a bean. Mockito and Spring's test support need not be present. */
final class TestDoubles {

    private static final String OVERRIDES =
            "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

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

    /**
     * The test support registers an object and, so that it can be injected, the field of the test that asked for it.
     */
    private boolean isOverride(String bean) {
        return beans.containsSingleton(OVERRIDES)
                && beans.containsBeanDefinition(bean)
                && beans.getBeanDefinition(bean) instanceof RootBeanDefinition definition
                && definition.getQualifiedElement() instanceof Field;
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
