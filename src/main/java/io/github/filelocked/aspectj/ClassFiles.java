package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocked;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Inherited;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.aspectj.apache.bcel.classfile.ClassParser;
import org.aspectj.apache.bcel.classfile.ConstantUtf8;
import org.aspectj.apache.bcel.classfile.JavaClass;
import org.aspectj.apache.bcel.classfile.Method;
import org.aspectj.apache.bcel.classfile.annotation.AnnotationGen;
import org.aspectj.apache.bcel.generic.Type;

/**
 * The locked methods of a directory of class files, read without loading a class: the JVM of the build may be older
 * than the classes, and loading one needs classes that the check has no use for.
 */
final class ClassFiles {

    private final Path directory;
    private final Map<String, Optional<JavaClass>> known = new HashMap<>();
    private final List<DeclaredMethod> unwoven = new ArrayList<>();
    private int woven;

    ClassFiles(Path directory) throws IOException {
        this.directory = directory;
        for (Path file : BinaryWeaver.classFiles(directory)) {
            inspect(parse(Files.newInputStream(file), file.toString()));
        }
    }

    List<DeclaredMethod> unwoven() {
        return unwoven;
    }

    /** The number of locked methods that are woven. */
    int woven() {
        return woven;
    }

    private void inspect(JavaClass type) throws IOException {
        boolean annotated = isAnnotated(type);
        List<DeclaredMethod> methods = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (!method.getName()
                    .startsWith("<")) { // A constructor or initialiser, which the weaver rejects if annotated.
                methods.add(declared(type, method));
            }
        }
        boolean withAspect = namesAspect(type);
        for (DeclaredMethod method : methods) {
            if (!method.isLocked(annotated, type.isEnum())) {
                continue;
            }
            if (withAspect && methods.stream().anyMatch(other -> other.isBodyOf(method))) {
                woven++;
            } else {
                unwoven.add(method);
            }
        }
    }

    private DeclaredMethod declared(JavaClass type, Method method) throws IOException {
        return new DeclaredMethod(
                type.getClassName(),
                method.getName(),
                Stream.of(Type.getArgumentTypes(method.getSignature()))
                        .map(Type::toString)
                        .toList(),
                method.getModifiers(),
                hasLocking(method.getAnnotations(), false));
    }

    /** Returns whether a class has the annotation, or inherits it from a superclass. */
    private boolean isAnnotated(JavaClass type) throws IOException {
        boolean inherited = false;
        Optional<JavaClass> next = Optional.of(type);
        while (next.isPresent()) {
            if (hasLocking(next.get().getAnnotations(), inherited)) {
                return true;
            }
            String superclass = next.get().getSuperclassName();
            next = superclass.equals(Object.class.getName()) ? Optional.empty() : find(superclass);
            inherited = true;
        }
        return false;
    }

    private boolean hasLocking(AnnotationGen[] annotations, boolean onlyInherited) throws IOException {
        for (AnnotationGen annotation : annotations) {
            String name = annotation.getTypeName();
            if (name.equals(FileLocked.class.getName())) {
                return true;
            }
            Optional<JavaClass> type = name.startsWith("java.") ? Optional.empty() : find(name);
            if (type.isPresent()
                    && has(type.get(), FileLocked.class)
                    && (!onlyInherited || has(type.get(), Inherited.class))) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(JavaClass annotation, Class<?> meta) {
        return Arrays.stream(annotation.getAnnotations())
                .anyMatch(each -> each.getTypeName().equals(meta.getName()));
    }

    private static boolean namesAspect(JavaClass type) {
        return Arrays.stream(type.getConstantPool().getConstantPool())
                .anyMatch(constant ->
                        constant instanceof ConstantUtf8 text && text.getValue().equals(DeclaredMethod.ASPECT_OF));
    }

    /** Finds a class in the directory or on the class path; what is on neither, no weaver can find. */
    private Optional<JavaClass> find(String name) throws IOException {
        Optional<JavaClass> cached = known.get(name);
        if (cached == null) {
            cached = read(name);
            known.put(name, cached);
        }
        return cached;
    }

    private Optional<JavaClass> read(String name) throws IOException {
        String resource = name.replace('.', '/') + ".class";
        Path file = directory.resolve(resource);
        InputStream found = Files.exists(file)
                ? Files.newInputStream(file)
                : ClassFiles.class.getClassLoader().getResourceAsStream(resource);
        return found == null ? Optional.empty() : Optional.of(parse(found, resource));
    }

    private static JavaClass parse(InputStream file, String name) throws IOException {
        try (file) {
            return new ClassParser(file, name).parse();
        }
    }
}
