package io.github.filelocked.sidecar.process;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The test class path once more, in a class loader of its own, as a second application in a server would have it. */
final class LibraryCopy {

    private LibraryCopy() {}

    /** An instance of the copy of a class, which must have a public constructor without parameters. */
    static Object newInstance(Class<?> original) throws ReflectiveOperationException, MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : ChildJvm.classPath().split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        // Never closed, since what it loads may hold locks.
        URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
        Class<?> copied = loader.loadClass(original.getName());
        if (copied == original) {
            throw new IllegalStateException("not a copy");
        }
        return copied.getConstructor().newInstance();
    }
}
