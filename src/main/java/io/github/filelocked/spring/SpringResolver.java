package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import io.github.filelocked.FileLockedResolver;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ClassUtils;

/** What an annotation means in a Spring application. */
final class SpringResolver implements FileLockedResolver {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.publisher.Flux", SpringResolver.class.getClassLoader());

    private static final Pattern POSITION = Pattern.compile("[pa](\\d{1,3})");

    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
    private final BeanFactoryResolver beans;
    private final Environment environment;
    private final boolean proxied;

    /** The interceptor awaits publishers; the woven aspect does not. */
    SpringResolver(ConfigurableBeanFactory beanFactory, Environment environment, boolean proxied) {
        this.proxied = proxied;
        this.beans = new BeanFactoryResolver(beanFactory);
        this.environment = environment;
    }

    /** What an expression's {@code #root} is. */
    record Root(Method method, @Nullable Object target, List<@Nullable Object> args) {}

    /** The most specific method's, with what it overrides and implements; then the class's; composed ones are merged. */
    @Override
    public Optional<FileLocked> annotation(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
        return Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(specific, FileLocked.class))
                .or(() -> Optional.ofNullable(
                        AnnotatedElementUtils.findMergedAnnotation(specific.getDeclaringClass(), FileLocked.class)))
                .or(() ->
                        Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(targetClass, FileLocked.class)));
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
        refuseUnknownVariables(expression.getAST(), parameterNames);
        return call -> {
            Root root = new Root(call.method(), call.target(), Arrays.asList(call.arguments()));
            MethodBasedEvaluationContext context =
                    new MethodBasedEvaluationContext(root, call.method(), call.arguments(), names);
            context.setBeanResolver(beans);
            return expression.getValue(context);
        };
    }

    /** SpEL would take an unknown name for null, and lock another path, at each call. */
    private static void refuseUnknownVariables(SpelNode node, List<String> parameterNames) {
        if (node instanceof VariableReference && !isVariable(node.toStringAST().substring(1), parameterNames)) {
            throw new IllegalArgumentException("where " + node.toStringAST() + " is no parameter: there are "
                    + parameterNames + ", #p0, #p1 ... by position, and #root (names need a class that is compiled with"
                    + " -parameters)");
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            refuseUnknownVariables(node.getChild(i), parameterNames);
        }
    }

    private static boolean isVariable(String name, List<String> parameterNames) {
        Matcher position = POSITION.matcher(name);
        return name.equals("root")
                || name.equals("this")
                || parameterNames.contains(name)
                || (position.matches() && Integer.parseInt(position.group(1)) < parameterNames.size());
    }

    @Override
    public boolean awaits(Class<?> returnType) {
        return proxied
                && REACTOR
                && !CompletionStage.class.isAssignableFrom(returnType)
                && ReactiveAdapterRegistry.getSharedInstance().getAdapter(returnType) != null;
    }

    List<String> parameterNames(Method method) {
        String[] found = names.getParameterNames(method);
        return found == null ? List.of() : List.of(found);
    }
}
