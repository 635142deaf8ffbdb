package io.github.filelocked.spring;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.PropertyValue;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** The methods that Spring calls on the object of a bean itself, past every proxy. */
final class ContainerCalls {

    private static final Set<String> LIFECYCLE = Set.of(
            "jakarta.annotation.PostConstruct",
            "jakarta.annotation.PreDestroy",
            "javax.annotation.PostConstruct",
            "javax.annotation.PreDestroy");

    private static final Set<String> INJECTION = Set.of(
            "org.springframework.beans.factory.annotation.Autowired",
            "org.springframework.beans.factory.annotation.Value",
            "jakarta.inject.Inject",
            "javax.inject.Inject",
            "jakarta.annotation.Resource",
            "javax.annotation.Resource",
            "jakarta.ejb.EJB",
            "jakarta.persistence.PersistenceContext",
            "jakarta.persistence.PersistenceUnit");

    private static final String SETTINGS = "org.springframework.boot.context.properties.ConfigurationProperties";

    private ContainerCalls() {}

    /** Says in what role Spring calls the method; null if callers reach it through the bean's proxy only. */
    static @Nullable String roleOf(Method method, Class<?> type, @Nullable BeanDefinition definition) {
        boolean plain = method.getParameterCount() == 0;
        if (hasAnnotation(method, LIFECYCLE)
                || (plain && isInitMethod(method, type, definition))
                || (plain && isDestroyMethod(method, type, definition))) {
            return "as a lifecycle callback";
        }
        if (hasAnnotation(method, INJECTION)
                || implementsAware(method, type)
                || isPropertySetter(method, type, definition)) {
            return "to inject what it needs";
        }
        if (plain && method.getName().equals("stop") && inheritsStopOfSmartLifecycle(type)) {
            return "from SmartLifecycle.stop(Runnable), which runs on the object itself,";
        }
        return null;
    }

    private static boolean hasAnnotation(AnnotatedElement element, Set<String> names) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream()
                .anyMatch(annotation -> names.contains(annotation.getType().getName()));
    }

    private static boolean isInitMethod(Method method, Class<?> type, @Nullable BeanDefinition definition) {
        return (InitializingBean.class.isAssignableFrom(type)
                        && method.getName().equals("afterPropertiesSet"))
                || (definition instanceof AbstractBeanDefinition some
                        && contains(some.getInitMethodNames(), method.getName()));
    }

    /** Spring infers {@code close} or {@code shutdown} where no method is named. It destroys no prototype. */
    private static boolean isDestroyMethod(Method method, Class<?> type, @Nullable BeanDefinition definition) {
        if (definition != null && definition.isPrototype()) {
            return false;
        }
        if (DisposableBean.class.isAssignableFrom(type) && method.getName().equals("destroy")) {
            return true;
        }
        String[] named = definition instanceof AbstractBeanDefinition some ? some.getDestroyMethodNames() : null;
        boolean inferred = named == null
                ? AutoCloseable.class.isAssignableFrom(type)
                : contains(named, AbstractBeanDefinition.INFER_METHOD);
        return contains(named, method.getName())
                || (inferred && method.getName().equals(inferredDestroyMethod(type)));
    }

    private static String inferredDestroyMethod(Class<?> type) {
        return ClassUtils.hasMethod(type, "close") ? "close" : "shutdown";
    }

    private static boolean contains(String @Nullable [] names, String name) {
        return names != null && Arrays.asList(names).contains(name);
    }

    private static boolean implementsAware(Method method, Class<?> type) {
        return Aware.class.isAssignableFrom(type)
                && ClassUtils.getAllInterfacesForClassAsSet(type).stream()
                        .filter(Aware.class::isAssignableFrom)
                        .anyMatch(aware -> ClassUtils.hasMethod(aware, method.getName(), method.getParameterTypes()));
    }

    private static boolean isPropertySetter(Method method, Class<?> type, @Nullable BeanDefinition definition) {
        if (method.getParameterCount() != 1 || !method.getName().startsWith("set")) {
            return false;
        }
        Stream<AnnotatedElement> bound = definition instanceof RootBeanDefinition root
                ? Stream.of(type, root.getResolvedFactoryMethod())
                : Stream.of(type);
        return (definition != null
                        && definition.getPropertyValues().stream()
                                .map(PropertyValue::getName)
                                .anyMatch(name -> method.getName().equals("set" + StringUtils.capitalize(name))))
                || (definition instanceof AbstractBeanDefinition some
                        && (some.getResolvedAutowireMode() == AbstractBeanDefinition.AUTOWIRE_BY_NAME
                                || some.getResolvedAutowireMode() == AbstractBeanDefinition.AUTOWIRE_BY_TYPE))
                || bound.anyMatch(element -> element != null && hasAnnotation(element, Set.of(SETTINGS)));
    }

    private static boolean inheritsStopOfSmartLifecycle(Class<?> type) {
        if (!SmartLifecycle.class.isAssignableFrom(type)) {
            return false;
        }
        Method stop = ClassUtils.getMethodIfAvailable(type, "stop", Runnable.class);
        return stop != null && stop.getDeclaringClass().isInterface();
    }
}
