package io.github.filelocked.processor;

import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;

/**
 * The compile-time check of {@link io.github.filelocked.FileLocked}: each mistake that every call or start would reject
 * becomes an error at the line of the annotation, and what only some adapters reject becomes a warning.
 *
 * <p>{@code @SuppressWarnings("filelocked")} on a method or a class silences the warnings. The processor writes no
 * files, claims no annotations, loads no classes of the compiled program, and skips code that does not compile.
 */
public final class FileLockedProcessor extends AbstractProcessor {

    /** Creates the processor, for the compiler. */
    public FileLockedProcessor() {}

    /**
     * Returns all annotation types, because any annotation may be composed with
     * {@link io.github.filelocked.FileLocked}.
     *
     * @return the wildcard
     */
    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    /**
     * Returns the newest version that the running compiler knows.
     *
     * @return the latest version
     */
    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    /**
     * Checks the classes of one round.
     *
     * @param annotationTypes ignored
     * @param round the classes to check
     * @return {@code false}, so that other processors see all annotations
     */
    @Override
    public boolean process(Set<? extends TypeElement> annotationTypes, RoundEnvironment round) {
        // New in each round, because the compiler may represent the same class by another element then.
        Checks checks = new Checks(processingEnv);
        for (TypeElement type : ElementFilter.typesIn(round.getRootElements())) {
            check(type, checks);
        }
        return false;
    }

    private void check(TypeElement type, Checks checks) {
        try {
            checks.check(type);
        } catch (RuntimeException incomplete) {
            // A missing class file, say. The compiler reports it where it matters; a check must not fail the build.
            noteUnchecked(type, incomplete);
        }
    }

    private void noteUnchecked(Element type, RuntimeException incomplete) {
        processingEnv
                .getMessager()
                .printMessage(Diagnostic.Kind.NOTE, "@FileLocked: " + type + " was not checked: " + incomplete, type);
    }
}
