package io.github.filelocked.verify;

import io.github.filelocked.FileLocks;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockProvider.Grant;
import io.github.filelocked.lock.LockRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Workers as they would be on file systems that nobody wants. */
final class BrokenWorkers {

    private BrokenWorkers() {}

    /** Every lock is granted at once. */
    static final class Unlocked {
        public static void main(String[] args) throws InterruptedException {
            Worker.serve(FileLocks.create().withProvider(real -> request -> new NoGrant()));
        }
    }

    /** Locks exclude, but what the previous holder wrote is not there: as with a stale cache. */
    static final class Forgetful {
        public static void main(String[] args) throws InterruptedException {
            Worker.serve(FileLocks.create().withProvider(real -> request -> {
                Grant grant = real.acquire(request);
                if (request.resource().endsWith("counter")) {
                    forget(request.resource());
                }
                return grant;
            }));
        }

        private static void forget(Path counter) {
            try {
                Counter.reset(counter);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** As with NFS without its lock daemon. */
    static final class Refused {
        public static void main(String[] args) throws InterruptedException {
            Worker.serve(FileLocks.create().withProvider(real -> request -> {
                throw new LockRefusedException("No locks available");
            }));
        }
    }

    /** A lock that is never granted, nor refused. */
    static final class Stuck {
        public static void main(String[] args) throws InterruptedException {
            Worker.serve(FileLocks.create().withProvider(real -> request -> {
                sleepForEver();
                return real.acquire(request);
            }));
        }
    }

    /** A lock that is always held by someone else, as that of a killed process that the server has not noticed. */
    static final class Busy {
        public static void main(String[] args) throws InterruptedException {
            FileLocks locks = FileLocks.create();
            Worker.serve(locks.withProvider(real -> request -> {
                if (request.timeout().equals(Duration.ZERO)) {
                    return real.acquire(request);
                }
                throw new LockNotAcquiredException(request, request.timeout(), null);
            }));
        }
    }

    /** Says nothing at all. */
    static final class Mute {
        public static void main(String[] args) {
            sleepForEver();
        }
    }

    /** Dies in the middle of the work. */
    static final class Dying {
        public static void main(String[] args) throws InterruptedException {
            Worker.serve(FileLocks.create().withProvider(real -> request -> {
                if (request.resource().endsWith("counter")) {
                    System.err.println("I die");
                    Runtime.getRuntime().halt(7);
                }
                return real.acquire(request);
            }));
        }
    }

    private static void sleepForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
    }

    private static final class NoGrant implements Grant {
        @Override
        public void release() {}

        @Override
        public void detach() {}

        @Override
        public boolean isValid() {
            return true;
        }
    }
}
