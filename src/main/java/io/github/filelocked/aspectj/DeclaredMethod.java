package io.github.filelocked.aspectj;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A method as its class declares it, taken from a loaded class or from a class file, and the rules that tell whether
 * the aspect should lock it and whether a weaver has woven it.
 *
 * @param owner the binary name of the class
 * @param parameters the names of the types, as {@link Class#getTypeName()} writes them
 * @param modifiers all access flags of the class file
 * @param annotated whether the method itself has {@code @FileLocked} or a composed annotation
 */
record DeclaredMethod(String owner, String name, List<String> parameters, int modifiers, boolean annotated) {

    /** A part of the constant pool of each class into which this aspect is woven, and hardly of another. */
    static final String ASPECT_OF = "()Lio/github/filelocked/aspectj/FileLockedAspect;";

    private static final int BRIDGE = 0x0040;
    private static final int SYNTHETIC = 0x1000;

    /** The weaver moves a body into a method of such a name, whether it inlines or not. */
    private static final Pattern BODY = Pattern.compile("(.+)_aroundBody\\d+(\\$advice)?");

    private static final Pattern OF_COMPILERS =
            Pattern.compile("\\$.*|(lambda|access)\\$.*|.*\\$lambda\\$.*|.*\\$(default|annotations)");

    /** Returns whether a method calls the one that is locked, instead of being locked itself. */
    static boolean isBridge(int modifiers) {
        return (modifiers & BRIDGE) != 0;
    }

    /** Returns whether a compiler made a method that has no annotation of its own. */
    static boolean isMadeByCompiler(String name, int modifiers, boolean ofEnum) {
        return (modifiers & SYNTHETIC) != 0
                || (ofEnum && Modifier.isStatic(modifiers) && (name.equals("values") || name.equals("valueOf")));
    }

    /**
     * Returns whether the aspect should lock this method.
     *
     * @param ownerAnnotated whether its class has or inherits the annotation
     */
    boolean isLocked(boolean ownerAnnotated, boolean ofEnum) {
        if (Modifier.isAbstract(modifiers) || isBridge(modifiers)) {
            return false;
        }
        return annotated || (ownerAnnotated && !isMadeByCompiler(name, modifiers, ofEnum) && !isOfToolOrWeaver());
    }

    private boolean isOfToolOrWeaver() {
        boolean hidden = Modifier.isPrivate(modifiers) && Modifier.isStatic(modifiers);
        return OF_COMPILERS.matcher(name).matches() || BODY.matcher(name).matches() || (hidden && name.contains("$"));
    }

    /**
     * Returns whether this method is the former body of a woven one. A body takes the object unless the method is
     * static, then the parameters of the method, then the join point.
     */
    boolean isBodyOf(DeclaredMethod method) {
        List<String> taken = new ArrayList<>(method.parameters);
        if (!Modifier.isStatic(method.modifiers)) {
            taken.add(0, method.owner);
        }
        Matcher body = BODY.matcher(name);
        return body.matches()
                && body.group(1).equals(method.name)
                && parameters.size() > taken.size()
                && parameters.subList(0, taken.size()).equals(taken)
                && parameters.get(taken.size()).startsWith("org.aspectj.lang.");
    }

    @Override
    public String toString() {
        return owner + "." + name + "(" + String.join(", ", parameters) + ")";
    }
}
