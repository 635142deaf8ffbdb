package io.github.filelocked.processor;

import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.Name;
import javax.lang.model.element.TypeElement;

/** The names of types, by which they are known here: none of them is loaded. */
final class Names {

    static final String FILE_LOCKED = "io.github.filelocked.FileLocked";

    private Names() {}

    static Name of(AnnotationMirror annotation) {
        return of(annotation.getAnnotationType().asElement());
    }

    static Name of(Element type) {
        return type instanceof TypeElement named ? named.getQualifiedName() : type.getSimpleName();
    }
}
