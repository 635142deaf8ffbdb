package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import io.github.filelocked.OnBusy;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedResolver;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.Environment;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.util.ClassUtils;

/** The meaning of an annotation in a Spring application. */
final class SpringResolver implements FileLockedResolver {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.publisher.Flux", SpringResolver.class.getClassLoader());

    private static final List<String> ROOT_NAMES = List.of("method", "target", "args");

    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
    private final StandardEvaluationContext shared = new StandardEvaluationContext();
    /** The check, the creation of proxies and each new proxy ask the same. */
    private final Map<MethodClassKey, Boolean> locked = new ConcurrentHashMap<>();

    private final ConfigurableBeanFactory beans;
    private final Environment environment;
    private final boolean proxied;

    /** The interceptor awaits publishers; the woven aspect does not. */
    SpringResolver(ConfigurableBeanFactory beanFactory, Environment environment, boolean proxied) {
        this.beans = beanFactory;
        this.proxied = proxied;
        this.environment = environment;
        shared.setBeanResolver(new BeanFactoryResolver(beanFactory));
    }

    /** The {@code #root} of an expression. */
    record Root(Method method, @Nullable Object target, List<@Nullable Object> args) {}

    /**
     * Returns the most specific method's annotation, or that of the nearest method which it overrides or implements;
     * then the class's. Composed ones are merged.
     */
    @Override
    public Optional<FileLocked> annotation(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
        Optional<FileLocked> found = nearest(specific)
                .or(() -> ofInterfaces(specific, targetClass))
                .or(() -> nearest(specific.getDeclaringClass()))
                .or(() -> nearest(targetClass));
        found.ifPresent(annotation -> refuseSkipWithoutEmptyEnd(annotation, specific.getReturnType()));
        return found;
    }

    private void refuseSkipWithoutEmptyEnd(FileLocked annotation, Class<?> returnType) {
        ReactiveAdapter adapter = annotation.onBusy() == OnBusy.SKIP ? adapter(returnType) : null;
        if (adapter != null && !adapter.supportsEmpty()) {
            throw new IllegalArgumentException("onBusy = SKIP leaves a " + returnType.getSimpleName()
                    + " without a value to end with; return a type that may be empty, or use FAIL");
        }
    }

    /**
     * Returns whether a method has the annotation, even one that cannot be honoured and is rejected later.
     */
    boolean isLocked(Method method, Class<?> targetClass) {
        return locked.computeIfAbsent(new MethodClassKey(method, targetClass), absent -> {
            try {
                return annotation(method, targetClass).isPresent();
            } catch (IllegalArgumentException contradiction) {
                return true;
            }
        });
    }

    /** A superclass may implement the method of an interface that it knows nothing of. */
    private static Optional<FileLocked> ofInterfaces(Method specific, Class<?> targetClass) {
        return Arrays.stream(ClassUtils.getAllInterfacesForClass(targetClass))
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> method.getName().equals(specific.getName())
                        && method.getParameterCount() == specific.getParameterCount()
                        && AopUtils.getMostSpecificMethod(method, targetClass).equals(specific))
                .flatMap(method -> nearest(method).stream())
                .findFirst();
    }

    /** The first one is the nearest. Of two that are equally near, Spring would take either. */
    private static Optional<FileLocked> nearest(AnnotatedElement element) {
        List<MergedAnnotation<FileLocked>> found =
                MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream(FileLocked.class)
                        .limit(2)
                        .toList();
        if (found.size() == 2 && areEquallyNear(found.get(0), found.get(1))) {
            throw new IllegalArgumentException("has two composed annotations, "
                    + ClassUtils.getShortName(found.get(0).getRoot().getType()) + " and "
                    + ClassUtils.getShortName(found.get(1).getRoot().getType()) + "; leave one");
        }
        return found.stream().findFirst().map(MergedAnnotation::synthesize);
    }

    private static boolean areEquallyNear(MergedAnnotation<?> one, MergedAnnotation<?> other) {
        return one.getAggregateIndex() == other.getAggregateIndex() && one.getDistance() == other.getDistance();
    }

    @Override
    public @Nullable String property(String name) {
        return environment.getProperty(name);
    }

    @Override
    public Expression expression(String text, Method method, List<String> parameterNames) {
        SpelExpression expression;
        try {
            expression = parser.parseRaw(text);
        } catch (ParseException wrong) {
            throw new IllegalArgumentException("which is not a SpEL expression: " + wrong.getMessage(), wrong);
        }
        Map<String, Integer> positions = positions(parameterNames);
        refuseUnknownVariables(expression.getAST(), positions.keySet(), parameterNames, hintOf(method));
        refuseUnknownBeans(expression.getAST());
        refuseUnknownProperties(expression.getAST(), parameterNames);
        return call -> {
            try {
                return expression.getValue(new CallContext(call, positions, shared));
            } catch (EvaluationException failed) {
                throw new IllegalArgumentException(
                        "which fails: " + String.valueOf(failed.getMessage()).replace(Root.class.getName(), "#root"),
                        failed);
            }
        };
    }

    private static Map<String, Integer> positions(List<String> parameterNames) {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < parameterNames.size(); i++) {
            positions.put("p" + i, i);
            positions.put("a" + i, i);
        }
        for (int i = 0; i < parameterNames.size(); i++) {
            positions.put(parameterNames.get(i), i);
        }
        return positions;
    }

    /** SpEL would take an unknown name for null, and lock another path, at each call. */
    private static void refuseUnknownVariables(
            SpelNode node, Set<String> variables, List<String> parameterNames, String hint) {
        if (node instanceof VariableReference) {
            String name = node.toStringAST().substring(1);
            if (!name.equals("root") && !name.equals("this") && !variables.contains(name)) {
                throw new IllegalArgumentException("where #" + name + " is no parameter: there are " + parameterNames
                        + ", #p0, #p1 ... by position, and #root (names need a class that is compiled with -parameters,"
                        + " or by Kotlin with -java-parameters" + hint + ")");
            }
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            refuseUnknownVariables(node.getChild(i), variables, parameterNames, hint);
        }
    }

    /** A Kotlin function that takes a value class has a hash in its name. */
    private static String hintOf(Method method) {
        return method.getName().contains("-") ? "; for a parameter of a value class write #p0" : "";
    }

    /** Names that the factory does not know would fail at each call. */
    private void refuseUnknownBeans(SpelNode node) {
        if (node instanceof BeanReference) {
            String text = node.toStringAST().substring(1);
            String name = text.startsWith("'") ? text.substring(1, text.length() - 1) : text;
            if (!beans.containsBean(name)) {
                throw new IllegalArgumentException("where @" + name + " is no bean of this context");
            }
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            refuseUnknownBeans(node.getChild(i));
        }
    }

    /** A bare name is a property of the root object, which is nearly always meant to be a parameter. */
    private static void refuseUnknownProperties(SpelNode node, List<String> parameterNames) {
        if (node instanceof PropertyOrFieldReference || node instanceof MethodReference) {
            String name = node.toStringAST().replaceAll("\\W.*", "");
            if (!ROOT_NAMES.contains(name)) {
                throw new IllegalArgumentException("where " + name + " is no property of #root, which has " + ROOT_NAMES
                        + "; write #" + name
                        + (parameterNames.contains(name)
                                ? " for the parameter"
                                : " if it is a parameter, one of " + parameterNames)
                        + ", or quote it if it is a text");
            }
        }
        if (node instanceof Projection || node instanceof Selection) {
            return; // Names inside are those of the elements.
        }
        // Of a.b.c only the first name is one of the root object; arguments of a method are others.
        int own = node instanceof CompoundExpression ? 1 : node.getChildCount();
        for (int i = 0; i < own; i++) {
            refuseUnknownProperties(node.getChild(i), parameterNames);
        }
    }

    @Override
    public boolean awaits(Class<?> returnType) {
        return adapter(returnType) != null;
    }

    /**
     * Only of a publisher that fits the declared type: what is found for {@code ParallelFlux}, say, is the adapter of
     * all publishers, and makes other ones.
     */
    private @Nullable ReactiveAdapter adapter(Class<?> returnType) {
        if (!proxied || !REACTOR || CompletionStage.class.isAssignableFrom(returnType)) {
            return null;
        }
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(returnType);
        return adapter != null && returnType.isAssignableFrom(adapter.getReactiveType()) ? adapter : null;
    }

    List<String> parameterNames(Method method) {
        String[] found = names.getParameterNames(method);
        return found == null ? List.of() : List.of(found);
    }

    /** Names are looked up in the call's arguments, and what accessors have found out is kept for the next call. */
    private static final class CallContext extends StandardEvaluationContext {

        private final @Nullable Object[] arguments;
        private final Map<String, Integer> positions;

        CallContext(FileLockedInvocation call, Map<String, Integer> positions, StandardEvaluationContext shared) {
            super(new Root(call.method(), call.target(), Arrays.asList(call.arguments())));
            this.arguments = call.arguments();
            this.positions = positions;
            shared.applyDelegatesTo(this);
        }

        @Override
        public @Nullable Object lookupVariable(String name) {
            Integer position = positions.get(name);
            return position == null ? super.lookupVariable(name) : arguments[position];
        }
    }
}
