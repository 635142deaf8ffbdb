package io.github.filelocked;

import io.github.filelocked.lock.LockMode;
import io.github.filelocked.lock.ResourceType;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method as the only one under a path, over all threads and processes of this machine. In the body,
 * {@link LockedPath#current()} is the path: absolute, normalised, and exactly what is locked.
 *
 * <pre>{@code
 * @FileLocked("${reports.dir}/daily.csv")
 * public void rewriteReport() throws IOException {
 *     Files.writeString(LockedPath.current(), render());
 * }
 * }</pre>
 *
 * <p>On a class it applies to all methods that the class declares, and to those of its subclasses; a method's own
 * annotation is taken instead of its class's, not beside it. On an annotation type it makes a composed annotation (one
 * level deep, and of retention {@code RUNTIME}). With weaving, on an interface's or an abstract method it says nothing
 * about the methods that implement it; Spring proxies find it there, too.
 *
 * <p>The annotation works only where it is woven or proxied; without that the body runs unlocked, and {@link
 * LockedPath#current()} throws. {@code FileLockedAspect.requireWoven(Job.class)} tells that a class is not woven before
 * a body runs. On a class, the annotation does not apply to what a compiler adds, such as the bodies of lambdas and
 * bridge methods. No weaver and no proxy can see a Kotlin {@code inline fun}, because the compiler copies its body into
 * the callers. A woven method cannot be {@code synchronized}, because its lock would be inside the monitor: put {@code
 * synchronized (this)} inside the body.
 *
 * <p><b>Return types.</b> A method that returns a {@link java.util.concurrent.CompletionStage} or {@link
 * java.util.concurrent.CompletableFuture} holds the lock until that stage completes; meanwhile the calling thread owns
 * nothing. The returned stage completes after the release, so callbacks on it, such as {@code whenComplete}, run
 * without the lock; so does {@code doFinally} on a locked publisher. Whatever must run under the lock belongs inside
 * the body, before the stage or publisher is returned. Other types that stand for unfinished work are rejected, also as
 * the content of a container or of a stage: futures, iterators and streams, functions such as a {@code Supplier}, what
 * reads or writes until it is closed such as an {@code InputStream}, and reactive publishers unless Spring awaits them.
 *
 * <p><b>Reentrancy.</b> A locked method may call another that locks the same path. The one exception, exclusive inside
 * shared, is refused.
 *
 * <p><b>Exception safety.</b> The lock is released however the body ends. The body's exception wins; a failing release
 * is added to it as suppressed.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
public @interface FileLocked {

    /**
     * Names the files or directories to lock, as templates. Several are acquired all or none, in one canonical order
     * whatever order they are named in.
     *
     * <p>{@code ${name}} is a system property or else an environment variable, with a default as in {@code
     * ${name:default}}. {@code #{#parameter}} is an argument of the call, also by position as {@code #{#p0}} or {@code
     * #{#a0}}. All else is literal. A value put in by {@code #{...}} cannot leave the directory that all the text
     * before it names. It may not be empty, blank or absolute there, and may not make a name that ends with {@code
     * .lock}. A template that begins with {@code #{...}} leaves the choice of the directory to the value; what follows
     * cannot leave that directory. A {@link java.nio.file.Path} with which a template begins is taken as it is.
     *
     * <p>What only looks like a placeholder or a path is rejected, such as {@code #name}, {@code {name}}, {@code ~/x},
     * {@code $HOME/x}, {@code file:/x}, {@code classpath:x} and {@code *.csv}. A relative path depends on the working
     * directory, or on the option {@link FileLocksBuilder#baseDirectory}, so its absolute form is logged once at level
     * INFO.
     *
     * <p>Missing parent directories of a path are created, because a job that writes its first report has no directory
     * yet. A mistake in a path therefore does not fail; each directory that is created is logged once at level INFO.
     *
     * @return at least one template
     */
    String[] value();

    /**
     * Selects whether the paths are files or directories.
     *
     * @return by default files
     */
    ResourceType type() default ResourceType.FILE;

    /**
     * Selects whether other holders are kept out, or only exclusive ones.
     *
     * @return by default all others are kept out
     */
    LockMode lockMode() default LockMode.EXCLUSIVE;

    /**
     * Sets how long to wait, for all paths together: {@code "0"} is exactly one attempt, {@code "-1"} waits without
     * limit; else a whole number with a unit ({@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 1d}) or
     * ISO-8601 ({@code PT1M30S}), up to 292 years. May hold {@code ${...}} and {@code #{...}}.
     *
     * @return by default {@code ""}, the default timeout of the {@link io.github.filelocked.FileLocks} in use, which
     *     is without limit unless it was told otherwise
     */
    String timeout() default "";

    /**
     * Selects what to do if the timeout passes.
     *
     * @return by default the call fails
     */
    OnBusy onBusy() default OnBusy.FAIL;
}
