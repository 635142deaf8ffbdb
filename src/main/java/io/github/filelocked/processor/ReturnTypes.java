package io.github.filelocked.processor;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/**
 * Tells which return types stand for unfinished work that no adapter can await. Publishers are not among them, because
 * Spring proxies await them.
 */
final class ReturnTypes {

    private static final String STAGE = "java.util.concurrent.CompletionStage";
    private static final String COMPLETABLE = "java.util.concurrent.CompletableFuture";
    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private static final Set<String> UNFINISHED = Set.of("java.util.concurrent.Future", "java.util.stream.BaseStream");

    private final Types types;

    ReturnTypes(Types types) {
        this.types = types;
    }

    /** Returns the unfinished work of a method, in words. */
    Optional<String> unfinished(ExecutableElement method) {
        if (method.getParameters().stream().anyMatch(this::isContinuation)) {
            return Optional.of("suspending function");
        }
        TypeMirror type = types.erasure(method.getReturnType());
        if (type.getKind() != TypeKind.DECLARED) {
            return Optional.empty();
        }
        Set<String> ancestors = new HashSet<>();
        collect(type, ancestors);
        boolean unfinished = ancestors.contains(STAGE)
                ? !name(type).equals(STAGE) && !name(type).equals(COMPLETABLE)
                : ancestors.stream().anyMatch(UNFINISHED::contains);
        return unfinished ? Optional.of(name(type)) : Optional.empty();
    }

    private boolean isContinuation(VariableElement parameter) {
        TypeMirror type = parameter.asType();
        return type.getKind() == TypeKind.DECLARED && name(type).equals(CONTINUATION);
    }

    /** By name: to an incomplete type, the compiler's own subtype test says yes to everything. */
    private void collect(TypeMirror type, Set<String> ancestors) {
        if (type.getKind() == TypeKind.DECLARED && ancestors.add(name(type))) {
            types.directSupertypes(type).forEach(parent -> collect(types.erasure(parent), ancestors));
        }
    }

    private static String name(TypeMirror declared) {
        return Names.of(((DeclaredType) declared).asElement()).toString();
    }
}
