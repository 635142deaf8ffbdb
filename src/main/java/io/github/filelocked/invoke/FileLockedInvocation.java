package io.github.filelocked.invoke;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of an annotated method, as an adapter has intercepted it. */
public interface FileLockedInvocation {

    /**
     * Returns the method that will run.
     *
     * @return the method whose annotation counts, or whose declaring class's does
     */
    Method method();

    /**
     * Returns the object that the method runs on.
     *
     * @return null if the method is static, or the object is not known yet
     */
    @Nullable
    Object target();

    /**
     * Returns the class whose annotations count beside the method's own.
     *
     * @return the target's class, or the one that declares the method
     */
    Class<?> targetClass();

    /**
     * Returns the names that expressions may use for the arguments.
     *
     * @return one for each parameter; empty if the class was compiled without them
     */
    List<String> parameterNames();

    /**
     * Returns the arguments of the call.
     *
     * @return the arguments in order
     */
    @Nullable
    Object[] arguments();

    /**
     * Runs the method's body.
     *
     * @return what it returns; null if it is void
     * @throws Throwable what it throws
     */
    @Nullable
    Object proceed() throws Throwable;
}
