package io.github.filelocked.sidecar.kernel;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Tables that all copies of this library in a JVM share, whatever class loaders they are in. */
public final class JvmWide {

    private JvmWide() {}

    /**
     * Returns the table of a key. It is kept among the system properties. Keys and values must be JDK types, so that no
     * copy's classes are kept from being unloaded; a copy whose entries differ must use another key.
     */
    @SuppressWarnings("unchecked") // The key stands for the types.
    public static <K, V> ConcurrentMap<K, V> table(String key) {
        return (ConcurrentMap<K, V>)
                System.getProperties().computeIfAbsent(key, absent -> new ConcurrentHashMap<K, V>());
    }
}
