package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocked;
import io.github.filelocked.lock.LockRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aspectj.lang.JoinPoint;

/** The look at a class that tells which of its methods the aspect should lock, and which of them a weaver has woven. */
final class Weaving {

    /** The weaver moves a body into a method of such a name, whether it inlines or not. */
    private static final Pattern BODY = Pattern.compile("(.+)_aroundBody\\d+(\\$advice)?");

    private static final Pattern OF_COMPILERS =
            Pattern.compile("\\$.*|(lambda|access)\\$.*|.*\\$lambda\\$.*|.*\\$(default|annotations)");

    private Weaving() {}

    /** Throws unless the locked methods of a class, its superclasses and interfaces are woven, and there is one. */
    static void require(Class<?> type) {
        List<Method> locked = hierarchy(type)
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .filter(Weaving::isLocked)
                .toList();
        if (locked.isEmpty()) {
            throw new LockRefusedException(type.getName() + " has no method with @FileLocked that could be woven; on an"
                    + " interface's or an abstract method it says nothing about the methods that implement it");
        }
        List<Method> unwoven =
                locked.stream().filter(method -> !isWoven(method)).toList();
        if (!unwoven.isEmpty()) {
            throw new LockRefusedException("not woven, so @FileLocked has no effect: "
                    + unwoven.stream().map(Method::toGenericString).collect(Collectors.joining(", "))
                    + "; compile with the AspectJ compiler and filelocked on its aspect path, or start with"
                    + " -javaagent:aspectjweaver.jar and a META-INF/aop.xml that names the aspect and includes the"
                    + " class");
        }
    }

    /**
     * Returns whether a compiler and no programmer made a method, so that the annotation of its class is not about it.
     */
    static boolean isGenerated(Method method) {
        if (method.isBridge()) {
            return true; // The method that it calls is the one that is locked.
        }
        boolean ofEnum = method.getDeclaringClass().isEnum()
                && Modifier.isStatic(method.getModifiers())
                && (method.getName().equals("values") || method.getName().equals("valueOf"));
        return (method.isSynthetic() || ofEnum) && !isAnnotated(method);
    }

    private static Stream<Class<?>> hierarchy(Class<?> type) {
        Set<Class<?>> found = new LinkedHashSet<>();
        List<Class<?>> ahead = new ArrayList<>(List.of(type));
        while (!ahead.isEmpty()) {
            Class<?> next = ahead.remove(0);
            if (next != Object.class && found.add(next)) {
                Stream.ofNullable(next.getSuperclass()).forEach(ahead::add);
                ahead.addAll(List.of(next.getInterfaces()));
            }
        }
        return found.stream();
    }

    private static boolean isLocked(Method method) {
        if (Modifier.isAbstract(method.getModifiers()) || method.isBridge()) {
            return false;
        }
        return isAnnotated(method) || (isAnnotated(method.getDeclaringClass()) && !isGeneratedOrOfWeaver(method));
    }

    private static boolean isGeneratedOrOfWeaver(Method method) {
        String name = method.getName();
        boolean hidden = Modifier.isPrivate(method.getModifiers()) && Modifier.isStatic(method.getModifiers());
        return isGenerated(method)
                || OF_COMPILERS.matcher(name).matches()
                || BODY.matcher(name).matches()
                || (hidden && name.contains("$"));
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType() == FileLocked.class
                        || annotation.annotationType().isAnnotationPresent(FileLocked.class));
    }

    private static boolean isWoven(Method method) {
        List<Method> bodies = Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(other -> isBodyOf(other, method))
                .toList();
        return !bodies.isEmpty() && !isWovenByOthersAlone(method.getDeclaringClass(), bodies);
    }

    /**
     * Compares parameters: a body takes the object unless it is static, then those of the method, then the join point.
     */
    private static boolean isBodyOf(Method body, Method method) {
        List<Class<?>> taken = new ArrayList<>(List.of(method.getParameterTypes()));
        if (!Modifier.isStatic(method.getModifiers())) {
            taken.add(0, method.getDeclaringClass());
        }
        var name = BODY.matcher(body.getName());
        List<Class<?>> parameters = List.of(body.getParameterTypes());
        return name.matches()
                && name.group(1).equals(method.getName())
                && parameters.size() > taken.size()
                && parameters.subList(0, taken.size()).equals(taken)
                && JoinPoint.class.isAssignableFrom(parameters.get(taken.size()));
    }

    /**
     * Returns whether the build wove a class without this aspect: its class file has the same bodies, and names others.
     */
    private static boolean isWovenByOthersAlone(Class<?> type, List<Method> bodies) {
        String resource = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream file = type.getResourceAsStream(resource)) {
            String text = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
            return bodies.stream().allMatch(body -> text.contains(body.getName()))
                    && !text.contains(FileLockedAspect.class.getName().replace('.', '/'));
        } catch (IOException unreadable) {
            return false;
        }
    }
}
