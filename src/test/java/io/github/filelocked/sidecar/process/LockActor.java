package io.github.filelocked.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.lock.LockTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that acquires and releases locks as a test tells it, thread by thread. The order of what happens in several
 * processes is thereby the test's, and comes from messages alone.
 */
final class LockActor implements AutoCloseable {

    private final ChildJvm jvm;

    private LockActor(ChildJvm jvm) {
        this.jvm = jvm;
    }

    /** Starts a process of no referee. */
    static LockActor start() {
        return start(ChildJvm.of(LockActorMain.class));
    }

    /** Starts a process that reports to a referee whenever it holds something. */
    static LockActor start(Referee referee) {
        return start(ChildJvm.of(LockActorMain.class).options("-Dreferee=" + referee.port()));
    }

    /** Starts several at a time. */
    static Troupe start(int number, Referee referee) {
        Troupe troupe = new Troupe();
        for (int i = 0; i < number; i++) {
            troupe.actors.add(new LockActor(ChildJvm.of(LockActorMain.class)
                    .options("-Dreferee=" + referee.port())
                    .start()));
        }
        troupe.actors.forEach(actor -> actor.jvm.receive("ready"));
        return troupe;
    }

    static LockActor start(ChildJvm.Launch launch) {
        LockActor actor = new LockActor(launch.start());
        actor.jvm.receive("ready");
        return actor;
    }

    /** One of its threads, which is started when it is first told something. */
    Role thread(String name) {
        return new Role(name);
    }

    /** The thread that plays alone. */
    Role main() {
        return new Role("only");
    }

    ChildJvm jvm() {
        return jvm;
    }

    long pid() {
        return jvm.pid();
    }

    void kill() {
        jvm.kill();
    }

    @Override
    public void close() {
        jvm.close();
    }

    /** Several processes that are closed together. */
    static final class Troupe implements AutoCloseable {

        private final List<LockActor> actors = new ArrayList<>();

        List<LockActor> actors() {
            return actors;
        }

        LockActor get(int index) {
            return actors.get(index);
        }

        @Override
        public void close() {
            actors.forEach(LockActor::close);
        }
    }

    /** The outcome of an attempt. */
    record Outcome(ChildJvm jvm, List<String> fields) {

        String kind() {
            return fields.get(0);
        }

        boolean acquired() {
            if (!kind().equals("acquired") && !kind().equals("busy")) {
                throw jvm.failure("neither acquired nor busy, but " + fields);
            }
            return kind().equals("acquired");
        }

        /** The locked path, or the message of the failure. */
        String text() {
            return fields.get(1);
        }

        Duration waited() {
            return Duration.ofMillis(Long.parseLong(fields.get(2)));
        }

        boolean namesAHolder() {
            return !fields.get(3).isEmpty();
        }

        long holdersPid() {
            return Long.parseLong(fields.get(3));
        }

        String holdersHost() {
            return fields.get(4);
        }

        String holdersThread() {
            return fields.get(5);
        }

        String holdersOperation() {
            return fields.get(6);
        }

        Instant heldSince() {
            return Instant.parse(fields.get(7));
        }
    }

    /** One thread of the process. */
    final class Role {

        private final String name;

        private Role(String name) {
            this.name = name;
        }

        /** From now on this thread uses a copy of the library that another class loader has loaded. */
        Role inAClassLoaderOfItsOwn() {
            tell("loadCopy");
            return this;
        }

        /** Options of the builder, name and value in turn. */
        Role with(String... options) {
            List<String> command = new ArrayList<>(List.of("options"));
            command.addAll(Arrays.asList(options));
            tell(command.toArray(new String[0]));
            return this;
        }

        /** Acquires without waiting, which must succeed. */
        void acquire(Path file) {
            acquire(LockTarget.file(file));
        }

        void acquire(LockTarget target) {
            if (!tryAcquire(target)) {
                throw jvm.failure(name + " did not get " + target + ", although it should be free");
            }
        }

        /** One attempt. */
        boolean tryAcquire(Path file) {
            return tryAcquire(LockTarget.file(file));
        }

        boolean tryAcquire(LockTarget target) {
            return attempt(target, Duration.ZERO).acquired();
        }

        Outcome attempt(Path file, Duration timeout) {
            return attempt(LockTarget.file(file), timeout);
        }

        Outcome attempt(LockTarget target, Duration timeout) {
            return attempt(target, timeout, "");
        }

        Outcome attempt(LockTarget target, Duration timeout, String operation) {
            begin(target, timeout.toString(), operation);
            return outcome();
        }

        /** Begins to acquire without a limit, to be followed by {@link #outcome}. */
        void beginAcquire(Path file) {
            beginAcquire(LockTarget.file(file));
        }

        void beginAcquire(LockTarget target) {
            begin(target, "", "");
        }

        /** Begins to acquire with a timeout, to be followed by {@link #outcome}. */
        void beginAcquire(Path file, Duration timeout) {
            begin(LockTarget.file(file), timeout.toString(), "");
        }

        Outcome outcome() {
            return new Outcome(jvm, jvm.receive(name));
        }

        /** Expects that the begun attempt ends with the lock. */
        void awaitAcquired() {
            Outcome outcome = outcome();
            if (!outcome.acquired()) {
                throw jvm.failure(name + " did not get what it waited for: " + outcome.fields());
            }
        }

        /** Returns when the thread waits for a lock, wherever in the engine. */
        void awaitWaiting() {
            awaitState("in the kernel", "in the queue", "backing off");
        }

        /** Returns when the kernel makes the thread wait. */
        void awaitWaitingInTheKernel() {
            awaitState("in the kernel");
        }

        /** Returns whether the begun attempt has ended. */
        boolean hasOutcome() {
            return jvm.hasSaid(name);
        }

        void interrupt() {
            jvm.send(name, "interrupt");
        }

        void release(Path file) {
            assertThat(tell("release", file.toString())).containsExactly("released");
        }

        /** Releases a lock whose lock file was deleted, replaced or moved meanwhile. */
        void releaseFindingLoss(Path file) {
            begin("release", file.toString());
            assertThat(jvm.receive(name).toString()).contains("LockLostException");
        }

        /** Tells anything else, and returns the answer. */
        List<String> tell(String... command) {
            begin(command);
            List<String> answer = jvm.receive(name);
            if (answer.get(0).equals("failed")) {
                throw jvm.failure(name + " failed in " + Arrays.toString(command) + ": " + answer.get(1));
            }
            return answer;
        }

        /** Tells anything else, without waiting for the answer. */
        void begin(String... command) {
            List<String> message = new ArrayList<>(List.of(name));
            message.addAll(Arrays.asList(command));
            jvm.send(message.toArray(new String[0]));
        }

        List<String> answer() {
            return jvm.receive(name);
        }

        /** Expects that the begun attempt ends with this answer and no other. */
        void awaitAnswer(String wanted) {
            List<String> answer = answer();
            if (!answer.get(0).equals(wanted)) {
                throw jvm.failure(name + " should have answered \"" + wanted + "\", but said " + answer);
            }
        }

        @Override
        public String toString() {
            return name + " of " + jvm;
        }

        private void begin(LockTarget target, String timeout, String operation) {
            begin(
                    "acquire",
                    target.resource().toString(),
                    target.type().name(),
                    target.mode().name(),
                    timeout,
                    operation);
        }

        private void awaitState(String... wanted) {
            long start = System.nanoTime();
            String state = "unknown";
            while (System.nanoTime() - start < ChildJvm.PATIENCE.toNanos()) {
                jvm.send(name, "state");
                state = jvm.receive("state").get(0);
                if (Arrays.asList(wanted).contains(state)) {
                    return;
                }
                if (hasOutcome()) {
                    throw jvm.failure(name + " should wait, but is through: " + answer());
                }
                pause();
            }
            throw jvm.failure(name + " should wait " + Arrays.toString(wanted) + ", but is " + state);
        }
    }

    /**
     * Between two looks at something that another process does, to leave it the processor. Nothing relies on its
     * length.
     */
    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException timeoutOfTheTest) {
            throw new AssertionError("the test was interrupted", timeoutOfTheTest);
        }
    }
}
