package io.github.filelocked.sidecar.process;

import java.lang.ref.WeakReference;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** A server that runs an application once, and drops it. */
final class UnloadingMain {

    private UnloadingMain() {}

    /** Arguments: how to wait, the file. */
    public static void main(String[] args) throws Exception {
        WeakReference<ClassLoader> loader = run(args[0], args[1]);
        long start = System.nanoTime();
        while (loader.get() != null && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15)) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Lines.say("loader", loader.get() == null ? "collected" : "kept");
        if (System.in.read() < 0) { // The test may want to look at the threads.
            return;
        }
    }

    /** A thread of a server's pool has the application's class loader while it runs it, and only then. */
    @SuppressWarnings("unchecked") // The copy of a class of that type.
    private static WeakReference<ClassLoader> run(String wait, String file) throws Exception {
        FutureTask<WeakReference<ClassLoader>> request = new FutureTask<>(() -> {
            var application = (BiFunction<String, String, String>) LibraryCopy.newInstance(UnloadedApplication.class);
            ClassLoader loader = application.getClass().getClassLoader();
            Thread.currentThread().setContextClassLoader(loader);
            Lines.say("outcome", application.apply(wait, file));
            return new WeakReference<>(loader);
        });
        Thread thread = new Thread(request, "request");
        thread.start();
        thread.join();
        return request.get();
    }
}
