package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocked;
import io.github.filelocked.lock.LockRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The look at a class that tells which of its methods the aspect should lock, and which of them a weaver has woven. */
final class Weaving {

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
                    + "; let the build run " + Weave.class.getName()
                    + " on its classes, or compile with the AspectJ compiler and"
                    + " filelocked on its aspect path, or start with -javaagent:aspectjweaver.jar and a"
                    + " META-INF/aop.xml"
                    + " that names the aspect and includes the class");
        }
    }

    /**
     * Returns whether a compiler and no programmer made a method, so that the annotation of its class is not about it.
     */
    static boolean isGenerated(Method method) {
        int modifiers = method.getModifiers();
        boolean ofEnum = method.getDeclaringClass().isEnum();
        return DeclaredMethod.isBridge(modifiers) // The method that it calls is the one that is locked.
                || (DeclaredMethod.isMadeByCompiler(method.getName(), modifiers, ofEnum) && !isAnnotated(method));
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
        Class<?> type = method.getDeclaringClass();
        return declared(method).isLocked(isAnnotated(type), type.isEnum());
    }

    private static DeclaredMethod declared(Method method) {
        return new DeclaredMethod(
                method.getDeclaringClass().getName(),
                method.getName(),
                Arrays.stream(method.getParameterTypes())
                        .map(Class::getTypeName)
                        .toList(),
                method.getModifiers(),
                isAnnotated(method));
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType() == FileLocked.class
                        || annotation.annotationType().isAnnotationPresent(FileLocked.class));
    }

    private static boolean isWoven(Method method) {
        DeclaredMethod declared = declared(method);
        List<Method> bodies = Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(other -> declared(other).isBodyOf(declared))
                .toList();
        return !bodies.isEmpty() && !isWovenByOthersAlone(method.getDeclaringClass(), bodies);
    }

    /**
     * Returns whether the build wove a class without this aspect: its class file has the same bodies, and names others.
     */
    private static boolean isWovenByOthersAlone(Class<?> type, List<Method> bodies) {
        String resource = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream file = type.getResourceAsStream(resource)) {
            String text = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
            return bodies.stream().allMatch(body -> text.contains(body.getName()))
                    && !text.contains(DeclaredMethod.ASPECT_OF);
        } catch (IOException unreadable) {
            return false;
        }
    }
}
