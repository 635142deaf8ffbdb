package io.github.filelocked.lock;

/** The mode of a lock: which holders may hold a resource at the same time. */
public enum LockMode {

    /** One holder, and no shared holder beside it. The default everywhere. */
    EXCLUSIVE,

    /**
     * Any number of shared holders, and no exclusive one beside them. A thread that holds a resource shared cannot turn
     * that into an exclusive hold: the attempt is refused at once, because two threads that tried would wait for each
     * other for ever.
     */
    SHARED
}
