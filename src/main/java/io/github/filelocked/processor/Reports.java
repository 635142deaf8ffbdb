package io.github.filelocked.processor;

import java.util.List;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** Prints errors and warnings where the programmer wrote what is wrong. */
final class Reports {

    private static final String PREFIX = "@FileLocked: ";

    private final Messager messager;

    Reports(Messager messager) {
        this.messager = messager;
    }

    void error(Element element, String message) {
        messager.printMessage(Kind.ERROR, PREFIX + message, element);
    }

    void error(Element element, AnnotationMirror annotation, String message) {
        messager.printMessage(Kind.ERROR, PREFIX + message, element, annotation);
    }

    /** Reports at an attribute, which a composed annotation hides. */
    void error(Use use, AnnotationValue value, String message) {
        if (use.isDirect()) {
            messager.printMessage(Kind.ERROR, PREFIX + message, use.element(), use.written(), value);
        } else {
            error(use.element(), use.written(), message);
        }
    }

    void warn(Element element, AnnotationMirror annotation, String message) {
        if (!isSuppressed(element)) {
            messager.printMessage(Kind.WARNING, PREFIX + message, element, annotation);
        }
    }

    void warn(Element element, String message) {
        if (!isSuppressed(element)) {
            messager.printMessage(Kind.WARNING, PREFIX + message, element);
        }
    }

    private static boolean isSuppressed(Element element) {
        for (@Nullable Element at = element; at != null; at = at.getEnclosingElement()) {
            for (AnnotationMirror annotation : at.getAnnotationMirrors()) {
                if (Names.of(annotation).contentEquals("java.lang.SuppressWarnings") && names(annotation)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean names(AnnotationMirror suppressWarnings) {
        return suppressWarnings.getElementValues().values().stream()
                .filter(value -> value.getValue() instanceof List)
                .flatMap(value -> ((List<?>) value.getValue()).stream())
                .anyMatch(each -> each instanceof AnnotationValue name && "filelocked".equals(name.getValue()));
    }
}
