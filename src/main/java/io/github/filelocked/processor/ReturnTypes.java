package io.github.filelocked.processor;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Types;

/**
 * The return types that stand for unfinished work which no adapter can await. They are fewer than those that a call
 * rejects: publishers are not among them, because Spring proxies await them.
 */
final class ReturnTypes {

    private static final String STAGE = "java.util.concurrent.CompletionStage";
    private static final String COMPLETABLE = "java.util.concurrent.CompletableFuture";
    private static final int DEEPEST = 3;
    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    /** With all that extends or implements them. */
    private static final Set<String> UNFINISHED = Set.of(
            "java.util.Enumeration",
            "java.util.Iterator",
            "java.util.Spliterator",
            "java.util.concurrent.Future",
            "java.util.stream.BaseStream",
            "io.reactivex.CompletableSource",
            "io.reactivex.Flowable",
            "io.reactivex.MaybeSource",
            "io.reactivex.ObservableSource",
            "io.reactivex.SingleSource",
            "io.vertx.core.Future",
            "kotlin.sequences.Sequence",
            "kotlinx.coroutines.Job",
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "scala.concurrent.Future");

    /** Under these names only: a class of an application that implements one may be finished. */
    private static final Set<String> UNFINISHED_ITSELF = Set.of(
            "java.io.InputStream",
            "java.io.OutputStream",
            "java.io.Reader",
            "java.io.Writer",
            "java.lang.Runnable",
            "java.util.concurrent.Callable");

    private static final String FUNCTIONS = "java.util.function.";

    /** Spring proxies await these if a method returns them, but not if they are inside another object. */
    private static final Set<String> AWAITED = Set.of(
            STAGE,
            "java.util.concurrent.Flow.Publisher",
            "org.reactivestreams.Publisher",
            "kotlinx.coroutines.Deferred",
            "kotlinx.coroutines.flow.Flow",
            "io.smallrye.mutiny.Uni");

    private final Types types;

    ReturnTypes(Types types) {
        this.types = types;
    }

    /** Returns the unfinished work of a method, in words. */
    Optional<String> unfinished(ExecutableElement method) {
        if (method.getParameters().stream().anyMatch(this::isContinuation)) {
            return Optional.of("suspending function");
        }
        TypeMirror declared = method.getReturnType();
        TypeMirror type = types.erasure(declared);
        if (type.getKind() == TypeKind.DECLARED && isUnfinished(type)) {
            return Optional.of(name(type));
        }
        return partsOf(declared).stream()
                .flatMap(part -> unfinishedPart(part, 0).stream())
                .findFirst();
    }

    private boolean isUnfinished(TypeMirror type) {
        Set<String> ancestors = ancestors(type);
        if (ancestors.contains(STAGE)) {
            return !name(type).equals(STAGE) && !name(type).equals(COMPLETABLE);
        }
        return ancestors.stream().noneMatch(AWAITED::contains) && isWork(type, ancestors);
    }

    private static boolean isWork(TypeMirror type, Set<String> ancestors) {
        return ancestors.stream().anyMatch(UNFINISHED::contains)
                || UNFINISHED_ITSELF.contains(name(type))
                || name(type).startsWith(FUNCTIONS);
    }

    private Optional<String> unfinishedPart(TypeMirror part, int depth) {
        if (part.getKind() == TypeKind.DECLARED) {
            Set<String> ancestors = ancestors(types.erasure(part));
            if (isWork(part, ancestors) || ancestors.stream().anyMatch(AWAITED::contains)) {
                return Optional.of(name(part));
            }
        }
        return depth == DEEPEST
                ? Optional.empty()
                : partsOf(part).stream()
                        .flatMap(inner -> unfinishedPart(inner, depth + 1).stream())
                        .findFirst();
    }

    /** Returns what a value of a type may hold. A class object holds nothing of the type that it stands for. */
    private static List<? extends TypeMirror> partsOf(TypeMirror type) {
        if (type instanceof ArrayType array) {
            return List.of(array.getComponentType());
        }
        if (type instanceof WildcardType wildcard) {
            return Stream.ofNullable(wildcard.getExtendsBound()).toList();
        }
        boolean holds = type.getKind() == TypeKind.DECLARED && !name(type).equals("java.lang.Class");
        return holds ? ((DeclaredType) type).getTypeArguments() : List.of();
    }

    private boolean isContinuation(VariableElement parameter) {
        TypeMirror type = parameter.asType();
        return type.getKind() == TypeKind.DECLARED && name(type).equals(CONTINUATION);
    }

    private Set<String> ancestors(TypeMirror type) {
        Set<String> ancestors = new HashSet<>();
        collect(type, ancestors);
        return ancestors;
    }

    /** Compares by name, because the compiler's own subtype test says yes to everything for an incomplete type. */
    private void collect(TypeMirror type, Set<String> ancestors) {
        if (type.getKind() == TypeKind.DECLARED && ancestors.add(name(type))) {
            types.directSupertypes(type).forEach(parent -> collect(types.erasure(parent), ancestors));
        }
    }

    private static String name(TypeMirror declared) {
        return Names.of(((DeclaredType) declared).asElement()).toString();
    }
}
