package io.github.filelocked;

import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.ResourceType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The meanings of the paths by which threads hold resources. A spelling keeps its meaning for a thread as long as the
 * thread holds a resource by it, even if a symbolic link in it changes; other threads may hold other resources by the
 * same spelling.
 */
final class HeldPaths {

    /** Compares by itself, because the JDK's own comparison of records keeps the record's class loader (JDK 17). */
    private record Key(Thread thread, ResourceType type, Path spelling) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && thread == key.thread
                    && type == key.type
                    && spelling.equals(key.spelling);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * System.identityHashCode(thread) + type.hashCode()) + spelling.hashCode();
        }
    }

    /** The meaning of a spelling, and for how many locks; the number changes only inside the map's methods. */
    private static final class Meaning {

        private final LockRequest request;
        private int locks;

        Meaning(LockRequest request) {
            this.request = request;
        }

        Meaning entered() {
            locks++;
            return this;
        }

        @Nullable
        Meaning left() {
            locks--;
            return locks == 0 ? null : this;
        }
    }

    /** The place of one lock. It exists before the lock is acquired, so that nothing is left to allocate afterwards. */
    static final class Place {

        private final ConcurrentMap<Key, Meaning> meanings;
        private final Key key;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(ConcurrentMap<Key, Meaning> meanings, Key key) {
            this.meanings = meanings;
            this.key = key;
        }

        /** Leaves; further calls do nothing. */
        void leave() {
            if (left.compareAndSet(false, true)) {
                meanings.computeIfPresent(key, (same, meaning) -> meaning.left());
            }
        }
    }

    private final ConcurrentMap<Key, Meaning> meanings = new ConcurrentHashMap<>();

    /** Returns the request by which the current thread holds this spelling, or null. */
    @Nullable
    LockRequest meaningOf(Path spelling, ResourceType type) {
        if (meanings.isEmpty()) {
            return null;
        }
        Meaning meaning = meanings.get(new Key(Thread.currentThread(), type, spelling));
        return meaning == null ? null : meaning.request;
    }

    /** Enters a spelling for a lock that the current thread is about to acquire. */
    Place enter(Path spelling, LockRequest request) {
        Key key = new Key(Thread.currentThread(), request.target().type(), spelling);
        Place place = new Place(meanings, key);
        Meaning first = new Meaning(request);
        meanings.compute(key, (same, present) -> (present == null ? first : present).entered());
        return place;
    }

    /** Returns a few of the resources that the current thread holds, for a message. */
    List<Path> ofThisThread() {
        Thread thread = Thread.currentThread();
        return meanings.entrySet().stream()
                .filter(entry -> entry.getKey().thread() == thread)
                .map(entry -> entry.getValue().request.resource())
                .distinct()
                .sorted()
                .limit(5)
                .toList();
    }
}
