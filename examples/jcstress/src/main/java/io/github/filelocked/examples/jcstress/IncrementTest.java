package io.github.filelocked.examples.jcstress;

import io.github.filelocked.HeldLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Increments of a plain field under the lock: none is lost. */
@JCStressTest
@State
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "Both increments are there.")
@Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "An increment is lost.")
public class IncrementTest {

    private int value;

    /** One thread. */
    @Actor
    public void first() {
        increment();
    }

    /** The other thread. */
    @Actor
    public void second() {
        increment();
    }

    /** Looks when both have ended. */
    @Arbiter
    public void look(I_Result result) {
        result.r1 = value;
    }

    private void increment() {
        try (HeldLock lock = Locked.acquire()) {
            if (lock.isHeld()) {
                value++;
            }
        }
    }
}
