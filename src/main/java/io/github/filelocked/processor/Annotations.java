package io.github.filelocked.processor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;

/** Finds {@code @FileLocked} and Spring's stereotypes, on elements and on the types of their annotations. */
final class Annotations {

    private static final String COMPONENT = "org.springframework.stereotype.Component";

    /** By annotation type: its own {@code @FileLocked}. */
    private final Map<Element, Optional<AnnotationMirror>> composed = new HashMap<>();

    private final Map<Element, Boolean> stereotypes = new HashMap<>();

    /** Returns the direct use, or else all composed ones, among the annotations of an element. */
    List<Use> uses(Element element, List<? extends AnnotationMirror> annotations) {
        for (AnnotationMirror annotation : annotations) {
            if (isFileLocked(annotation)) {
                return List.of(new Use(element, annotation, annotation));
            }
        }
        return annotations.stream()
                .flatMap(annotation ->
                        meaningOf(annotation).map(meaning -> new Use(element, annotation, meaning)).stream())
                .toList();
    }

    /** Returns an annotation whose own annotation is a composed one. */
    Optional<AnnotationMirror> tooDeep(Element element) {
        for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
            for (AnnotationMirror meta :
                    annotation.getAnnotationType().asElement().getAnnotationMirrors()) {
                if (meaningOf(meta).isPresent()) {
                    return Optional.of(annotation);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns whether Spring would make beans of a class, because of its own annotations. */
    boolean isStereotype(Element type) {
        return isStereotype(type, new HashSet<>());
    }

    private boolean isStereotype(Element type, Set<Element> seen) {
        for (AnnotationMirror annotation : type.getAnnotationMirrors()) {
            Element annotationType = annotation.getAnnotationType().asElement();
            if (Names.of(annotationType).contentEquals(COMPONENT)) {
                return true;
            }
            if (seen.add(annotationType) && isStereotypeAnnotation(annotationType, seen)) {
                return true;
            }
        }
        return false;
    }

    private boolean isStereotypeAnnotation(Element annotationType, Set<Element> seen) {
        Boolean known = stereotypes.get(annotationType);
        if (known == null) {
            known = isStereotype(annotationType, seen);
            stereotypes.put(annotationType, known);
        }
        return known;
    }

    private Optional<AnnotationMirror> meaningOf(AnnotationMirror annotation) {
        Element type = annotation.getAnnotationType().asElement();
        Optional<AnnotationMirror> known = composed.get(type);
        if (known == null) {
            known = fileLockedOn(type);
            composed.put(type, known);
        }
        return known;
    }

    private static Optional<AnnotationMirror> fileLockedOn(Element annotationType) {
        for (AnnotationMirror annotation : annotationType.getAnnotationMirrors()) {
            if (isFileLocked(annotation)) {
                return Optional.of(annotation);
            }
        }
        return Optional.empty();
    }

    private static boolean isFileLocked(AnnotationMirror annotation) {
        return Names.of(annotation).contentEquals(Names.FILE_LOCKED);
    }
}
