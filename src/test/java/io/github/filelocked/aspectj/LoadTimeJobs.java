package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocked;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/** The agent weaves this class where it runs. Each method runs the body it is given. */
@SuppressWarnings("UnusedVariable") // The annotation reads the parameters.
class LoadTimeJobs {

    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @FileLocked("#{#p0}")
    @interface Composed {}

    @FileLocked("#{#file}")
    public Object publicMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    @FileLocked("#{#file}")
    protected Object protectedMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    @FileLocked("#{#file}")
    Object packagePrivateMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    @FileLocked("#{#file}")
    private Object privateMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    @FileLocked("#{#file}")
    static Object staticMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    @FileLocked("#{#file}")
    final Object finalMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    Object selfInvoked(Path file, Callable<?> body) throws Exception {
        return privateMethod(file, body);
    }

    @Composed
    Object composedMethod(Path file, Callable<?> body) throws Exception {
        return body.call();
    }

    @FileLocked("#{#file}")
    CompletionStage<?> stage(Path file, Callable<? extends CompletionStage<?>> body) throws Exception {
        return body.call();
    }

    /** Each method of it is locked, and its nested class is not. */
    @FileLocked("#{#file}")
    static class LockedClass {

        Object method(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        Object withLambda(Path file, Callable<?> body) throws Exception {
            Callable<Object> lambda = () -> body.call();
            return lambda.call();
        }

        static class Nested {
            Object method(Path file, Callable<?> body) throws Exception {
                return body.call();
            }
        }
    }

    static class Subclass extends LockedClass {
        Object added(Path file, Callable<?> body) throws Exception {
            return body.call();
        }
    }

    /** Methods that cannot be locked. */
    static class Wrong {
        @FileLocked("#{#file}")
        synchronized Object inItsMonitor(Path file, Callable<?> body) throws Exception {
            return body.call();
        }

        @FileLocked("#{#file}")
        Future<?> future(Path file, Callable<? extends Future<?>> body) throws Exception {
            return body.call();
        }
    }
}
