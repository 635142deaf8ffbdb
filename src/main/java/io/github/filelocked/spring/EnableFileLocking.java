package io.github.filelocked.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/**
 * Locks the methods of beans that have {@link io.github.filelocked.FileLocked}. The context's
 * {@link io.github.filelocked.FileLocks} bean gives the locks, or one with the defaults if there is none.
 *
 * <p>At start-up every annotated method of every bean is looked at, and what cannot be locked has the context fail.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Import(FileLockingConfigurationSelector.class)
public @interface EnableFileLocking {

    /**
     * Selects whether beans are proxied, or their classes have been woven.
     *
     * @return by default {@link AdviceMode#PROXY}. With {@link AdviceMode#ASPECTJ} the woven aspect takes its locks,
     *     properties and expressions from this context, and nothing is proxied; a lock is then inside the transaction
     * of a proxy, which the start warns of
     */
    AdviceMode mode() default AdviceMode.PROXY;

    /**
     * Selects whether proxies are subclasses of the bean's class even where it has interfaces. Like its namesakes it
     * affects all proxies of the context. Without meaning in mode {@code ASPECTJ}.
     *
     * @return by default false, except that Spring Boot makes it true
     */
    boolean proxyTargetClass() default false;

    /**
     * Sets where the lock stands among the advisors of a method; a lower one is further outside.
     *
     * @return by default far outside of {@code @Transactional}, which is innermost: what a transaction has written is
     *     committed before the lock is released
     */
    int order() default DEFAULT_ORDER;

    /** The default of {@link #order()}. */
    int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 1_000;
}
