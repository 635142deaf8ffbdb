package io.github.filelocked.invoke;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/** The rules for what a locked method may return: finished work, or a stage that tells when the work has finished. */
final class ReturnTypes {

    /** Known by name, since the library is none of ours. */
    private static final List<String> PUBLISHERS = List.of(
            "org.reactivestreams.Publisher",
            "kotlinx.coroutines.flow.Flow",
            "kotlinx.coroutines.Deferred",
            "io.reactivex.rxjava3.core.SingleSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.CompletableSource",
            "io.reactivex.rxjava3.core.ObservableSource",
            "io.smallrye.mutiny.Uni");

    /** Whether objects of a class are unfinished work, which takes a look at all its ancestors. */
    private static final ClassValue<Boolean> UNFINISHED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return computeUnfinished(type);
        }
    };

    private ReturnTypes() {}

    /** Whether a value of a class may stand for work that goes on after its method has returned. */
    static boolean isUnfinished(Class<?> type) {
        return UNFINISHED.get(type);
    }

    private static boolean computeUnfinished(Class<?> type) {
        boolean stage = CompletionStage.class.isAssignableFrom(type);
        return (Future.class.isAssignableFrom(type) && !stage)
                || Flow.Publisher.class.isAssignableFrom(type)
                || BaseStream.class.isAssignableFrom(type)
                || ancestors(type).map(Class::getName).anyMatch(PUBLISHERS::contains);
    }

    /** A stage of its own kind, which a stage of ours could not replace. */
    static boolean isOtherStage(Class<?> type) {
        return CompletionStage.class.isAssignableFrom(type) && !type.isAssignableFrom(CompletableFuture.class);
    }

    /** Returns whether a class is, extends or implements the type of that name. */
    static boolean isA(Class<?> type, String name) {
        return ancestors(type).anyMatch(ancestor -> ancestor.getName().equals(name));
    }

    private static Stream<Class<?>> ancestors(Class<?> type) {
        Stream<Class<?>> parents =
                Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
        return Stream.concat(Stream.of(type), parents.flatMap(ReturnTypes::ancestors));
    }
}
