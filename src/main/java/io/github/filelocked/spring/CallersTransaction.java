package io.github.filelocked.spring;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Warns, once for each method, of a lock that is acquired inside a running transaction: it is released before the
 * commit, so the next holder does not see what was written. Holding it until the commit would be worse: several such
 * locks of one transaction would be held in any order, and a lock would outlive the method that names it.
 *
 * <p>Spring's transactions need not be present.
 */
final class CallersTransaction {

    private static final boolean PRESENT = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            CallersTransaction.class.getClassLoader());

    private static final String TRANSACTIONAL = "org.springframework.transaction.annotation.Transactional";

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** Tells whether a transaction is running that may write. */
    static boolean isRunning() {
        return PRESENT && Transactions.areWriting();
    }

    /** Returns what this thread has under lock already, and so keeps after the call. */
    static List<Path> lockedNow() {
        return LockedPath.find().isPresent() ? LockedPath.all() : List.of();
    }

    void warn(Method method) {
        String name = method.getDeclaringClass().getName() + "." + method.getName();
        if (!leavesTransaction(method) && warned.add(name)) {
            System.getLogger(FileLocked.class.getPackageName())
                    .log(
                            Level.WARNING,
                            name
                                    + ": its lock is acquired inside a running transaction, so it is released before"
                                    + " the commit; put @FileLocked on the method that begins the transaction (for a"
                                    + " Spring Batch step, on the one that launches the job), or begin the"
                                    + " transaction inside, with REQUIRES_NEW");
        }
    }

    /** Tells whether a method runs outside its caller's transaction: what it writes is committed before it returns. */
    private static boolean leavesTransaction(Method method) {
        return Stream.of(method, method.getDeclaringClass())
                .map(element -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY)
                        .get(TRANSACTIONAL))
                .filter(MergedAnnotation::isPresent)
                .findFirst()
                .map(nearest -> String.valueOf(nearest.asMap().get("propagation")))
                .filter(propagation -> propagation.equals("REQUIRES_NEW") || propagation.equals("NOT_SUPPORTED"))
                .isPresent();
    }

    /** Loaded only where there are transactions. */
    private static final class Transactions {

        static boolean areWriting() {
            return TransactionSynchronizationManager.isActualTransactionActive()
                    && !TransactionSynchronizationManager.isCurrentTransactionReadOnly();
        }
    }
}
