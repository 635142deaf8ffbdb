package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The hints for a native image: the annotation, merged with composed ones, and what expressions read by name. */
final class FileLockingHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.reflection()
                .registerType(FileLocked.class, MemberCategory.INVOKE_DECLARED_METHODS)
                .registerType(SpringResolver.Root.class, MemberCategory.INVOKE_DECLARED_METHODS);
        hints.proxies().registerJdkProxy(FileLocked.class);
    }
}
