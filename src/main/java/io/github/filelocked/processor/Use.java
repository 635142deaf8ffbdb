package io.github.filelocked.processor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;

/**
 * One use of {@code @FileLocked}, direct or through a composed annotation.
 *
 * @param element what is annotated
 * @param written the annotation in the source
 * @param meaning the {@code @FileLocked} itself, which is {@code written} if the use is direct
 */
record Use(Element element, AnnotationMirror written, AnnotationMirror meaning) {

    private static final String ALIAS = "org.springframework.core.annotation.AliasFor";

    boolean isDirect() {
        return written == meaning;
    }

    /** Returns whether attributes of the composed annotation replace those of its {@code @FileLocked}, under Spring. */
    boolean isOverridden() {
        return !isDirect() && overrides(written.getAnnotationType().asElement());
    }

    /**
     * Returns whether an annotation type has attributes that replace those of its {@code @FileLocked}, under Spring.
     */
    static boolean overrides(Element annotationType) {
        return ElementFilter.methodsIn(annotationType.getEnclosedElements()).stream()
                .flatMap(attribute -> attribute.getAnnotationMirrors().stream())
                .anyMatch(mirror -> Names.of(mirror).contentEquals(ALIAS));
    }

    /** Returns an attribute as it is written; empty if it has its default. */
    Optional<AnnotationValue> attribute(String name) {
        for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
                meaning.getElementValues().entrySet()) {
            if (entry.getKey().getSimpleName().contentEquals(name)) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** Returns the elements of {@code value}; empty if the code does not compile. */
    List<AnnotationValue> paths() {
        return attribute("value")
                .map(AnnotationValue::getValue)
                .filter(List.class::isInstance)
                .map(list -> ((List<?>) list)
                        .stream().map(AnnotationValue.class::cast).toList())
                .orElse(List.of());
    }

    /** Returns where to report a problem of a path: the compiler knows a single one without braces as the list. */
    AnnotationValue placeOf(AnnotationValue path) {
        return paths().size() == 1 ? attribute("value").orElse(path) : path;
    }

    /** Returns {@code onBusy} if it is {@code SKIP}. */
    Optional<AnnotationValue> skip() {
        return attribute("onBusy")
                .filter(value -> value.getValue() instanceof VariableElement constant
                        && constant.getSimpleName().contentEquals("SKIP"));
    }
}
