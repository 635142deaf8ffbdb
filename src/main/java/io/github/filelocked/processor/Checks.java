package io.github.filelocked.processor;

import io.github.filelocked.invoke.AnnotationSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/** Checks a class with all that is nested in it. */
final class Checks {

    private static final Set<Modifier> NOT_PROXIED = Set.of(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL);

    private final Elements elements;
    private final Reports reports;
    private final Annotations annotations = new Annotations();
    private final ReturnTypes returnTypes;

    Checks(ProcessingEnvironment environment) {
        this.elements = environment.getElementUtils();
        this.reports = new Reports(environment.getMessager());
        this.returnTypes = new ReturnTypes(environment.getTypeUtils());
    }

    void check(TypeElement type) {
        @Nullable Use own = use(type);
        if (own != null) {
            checkType(type, own);
        }
        @Nullable Use forMethods = own != null ? own : inherited(type);
        for (Element member : type.getEnclosedElements()) {
            if (member instanceof TypeElement nested) {
                check(nested);
            } else if (member instanceof ExecutableElement method) {
                checkMember(type, method, forMethods);
            }
        }
    }

    private void checkType(TypeElement type, Use own) {
        if (type.getKind() == ElementKind.ANNOTATION_TYPE) {
            checkComposed(type, own);
        } else {
            checkTexts(own);
            boolean leavesOut = type.getKind().isInterface()
                    && ElementFilter.methodsIn(type.getEnclosedElements()).stream()
                            .anyMatch(Checks::isAbstract);
            if (leavesOut) {
                warnOfNoBody(own, "an interface");
            }
        }
    }

    private void checkComposed(TypeElement type, Use own) {
        if (!own.isDirect()) {
            return;
        }
        if (!isKeptAtRunTime(type)) {
            reports.error(
                    type,
                    own.written(),
                    "this composed annotation cannot be read at run time, so its methods would run unlocked; give it"
                            + " @Retention(RetentionPolicy.RUNTIME)");
        }
        if (!Use.overrides(type)) {
            checkTexts(own);
        }
    }

    private static boolean isKeptAtRunTime(TypeElement annotationType) {
        return annotationType.getAnnotationMirrors().stream()
                .filter(mirror -> Names.of(mirror).contentEquals("java.lang.annotation.Retention"))
                .flatMap(mirror -> mirror.getElementValues().values().stream())
                .anyMatch(value -> !(value.getValue() instanceof VariableElement policy)
                        || policy.getSimpleName().contentEquals("RUNTIME"));
    }

    private void checkMember(TypeElement type, ExecutableElement method, @Nullable Use ofType) {
        @Nullable Use own = use(method);
        if (method.getKind() == ElementKind.CONSTRUCTOR) {
            if (own != null) {
                reports.error(
                        method,
                        own.written(),
                        "a constructor cannot be locked, because its fields are initialised outside; lock a factory"
                                + " method");
            }
        } else if (own != null) {
            checkTexts(own);
            check(method, own, own);
            warn(type, method, own);
        } else if (ofType != null && isMeantByType(method)) {
            check(method, ofType, null);
            warnOfProxy(type, method);
        }
    }

    /** Weaving locks private methods too, but a proxied class may have any. */
    private boolean isMeantByType(ExecutableElement method) {
        return method.getKind() == ElementKind.METHOD
                && elements.getOrigin(method) == Elements.Origin.EXPLICIT
                && !method.getModifiers().contains(Modifier.PRIVATE);
    }

    private @Nullable Use use(Element element) {
        List<Use> uses = annotations.uses(element, element.getAnnotationMirrors());
        if (uses.size() > 1) {
            reports.error(
                    element, uses.get(1).written(), "there are " + uses.size() + " composed annotations; leave one");
        } else if (uses.isEmpty()) {
            annotations.tooDeep(element).ifPresent(deep -> warnOfDepth(element, deep));
        }
        return uses.isEmpty() ? null : uses.get(0);
    }

    private @Nullable Use inherited(TypeElement type) {
        List<Use> uses = annotations.uses(type, elements.getAllAnnotationMirrors(type));
        return uses.isEmpty() ? null : uses.get(0);
    }

    /** Reports what is wrong without regard to a method. A composed annotation is checked where it is declared. */
    private void checkTexts(Use use) {
        if (!use.isDirect()) {
            return;
        }
        use.attribute("value")
                .filter(value -> value.getValue() instanceof List<?> paths && paths.isEmpty())
                .ifPresent(none -> reports.error(use, none, "there is no path; give at least one"));
        for (AnnotationValue path : use.paths()) {
            checkText(use, use.placeOf(path), path, Checks::pathExpressions);
        }
        use.attribute("timeout").ifPresent(it -> checkText(use, it, it, AnnotationSyntax::timeoutExpressions));
    }

    private void checkText(Use use, AnnotationValue place, AnnotationValue text, Consumer<String> parser) {
        if (text.getValue() instanceof String template) {
            try {
                parser.accept(template);
            } catch (IllegalArgumentException wrong) {
                reports.error(use, place, String.valueOf(wrong.getMessage()));
            }
        }
    }

    /**
     * Reports what is wrong for one method.
     *
     * @param own null if the annotation is the class's, so that the method is the place to report
     */
    private void check(ExecutableElement method, Use use, @Nullable Use own) {
        if (!use.isOverridden()) {
            if (!isAbstract(method)) { // An implementation may name its parameters otherwise.
                checkExpressions(method, use, own);
            }
            if (method.getReturnType().getKind().isPrimitive()) {
                use.skip()
                        .ifPresent(value -> error(
                                method,
                                own,
                                value,
                                "onBusy = SKIP has no " + method.getReturnType()
                                        + " to return for a body that was skipped; return an object or an Optional, or"
                                        + " use FAIL"));
            }
        }
        if (!isAbstract(method)) {
            returnTypes
                    .unfinished(method)
                    .ifPresent(work -> error(
                            method,
                            own,
                            null,
                            "the work of a " + work
                                    + " may go on after the method returns, and its end cannot be known;"
                                    + " return a CompletionStage, a CompletableFuture, or the finished result"));
        }
    }

    private void checkExpressions(ExecutableElement method, Use use, @Nullable Use own) {
        for (AnnotationValue path : use.paths()) {
            checkExpressions(method, own, use.placeOf(path), expressions(path, Checks::pathExpressions));
            checkNames(method, own, use.placeOf(path), path);
        }
        use.attribute("timeout")
                .ifPresent(
                        it -> checkExpressions(method, own, it, expressions(it, AnnotationSyntax::timeoutExpressions)));
    }

    private void checkExpressions(
            ExecutableElement method, @Nullable Use own, AnnotationValue place, List<String> expressions) {
        for (String expression : expressions) {
            Variables.problem(expression, parameters(method)).ifPresent(problem -> error(method, own, place, problem));
        }
    }

    /** Reports a parameter that a path mentions outside of an expression. */
    private void checkNames(ExecutableElement method, @Nullable Use own, AnnotationValue place, AnnotationValue path) {
        if (path.getValue() instanceof String template && isParsed(template)) {
            try {
                AnnotationSyntax.pathExpressions(template, parameters(method));
            } catch (IllegalArgumentException wrong) {
                error(method, own, place, String.valueOf(wrong.getMessage()));
            }
        }
    }

    /** Tells whether nothing is wrong without regard to a method, which is reported already. */
    private static boolean isParsed(String template) {
        try {
            pathExpressions(template);
            return true;
        } catch (IllegalArgumentException reportedAlready) {
            return false;
        }
    }

    private static List<String> pathExpressions(String template) {
        return AnnotationSyntax.pathExpressions(template, List.of());
    }

    private static List<String> parameters(ExecutableElement method) {
        return method.getParameters().stream()
                .map(parameter -> parameter.getSimpleName().toString())
                .toList();
    }

    private static List<String> expressions(AnnotationValue text, Function<String, List<String>> parser) {
        try {
            return text.getValue() instanceof String template ? parser.apply(template) : List.of();
        } catch (IllegalArgumentException reportedAlready) {
            return List.of();
        }
    }

    private void error(ExecutableElement method, @Nullable Use own, @Nullable AnnotationValue place, String message) {
        if (own == null) {
            reports.error(method, message);
        } else if (place == null) {
            reports.error(method, own.written(), message);
        } else {
            reports.error(own, place, message);
        }
    }

    private void warn(TypeElement type, ExecutableElement method, Use own) {
        if (isAbstract(method)) {
            warnOfNoBody(own, "an abstract method");
        } else if (method.getModifiers().contains(Modifier.NATIVE)) {
            reports.warn(method, own.written(), "weaving does not lock a native method; lock the method that calls it");
        }
        warnOfProxy(type, method);
        if (method.getModifiers().contains(Modifier.SYNCHRONIZED) && !annotations.isStereotype(type)) {
            reports.warn(
                    method,
                    own.written(),
                    "a woven lock is inside the monitor of a synchronized method, where two such methods can wait for"
                            + " each other for ever; put synchronized (this) inside the body");
        }
    }

    private void warnOfNoBody(Use use, String what) {
        reports.warn(
                use.element(),
                use.written(),
                "weaving does not lock the implementations of " + what
                        + ", only Spring proxies do; annotate the implementations");
    }

    private void warnOfDepth(Element element, AnnotationMirror deep) {
        reports.warn(
                element,
                deep,
                "weaving finds a composed annotation one level deep only; put @FileLocked on @"
                        + deep.getAnnotationType().asElement().getSimpleName() + " itself");
    }

    private void warnOfProxy(TypeElement type, ExecutableElement method) {
        List<String> modifiers = new ArrayList<>();
        method.getModifiers().stream().filter(NOT_PROXIED::contains).forEach(it -> modifiers.add(it.toString()));
        if (!modifiers.isEmpty() && annotations.isStereotype(type)) {
            reports.warn(
                    method,
                    "a Spring proxy cannot intercept a " + String.join(" ", modifiers)
                            + " method; make it overridable, or weave the class");
        }
    }

    private static boolean isAbstract(ExecutableElement method) {
        return method.getModifiers().contains(Modifier.ABSTRACT);
    }
}
