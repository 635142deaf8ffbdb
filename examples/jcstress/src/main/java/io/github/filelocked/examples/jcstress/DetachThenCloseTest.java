package io.github.filelocked.examples.jcstress;

import io.github.filelocked.HeldLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A lock that one thread acquires and detaches and another closes: until then it keeps its first thread out as well.
 */
@JCStressTest
@State
@Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "All increments are there.")
@Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "An increment is lost.")
public class DetachThenCloseTest {

    private int value;
    private volatile HeldLock handedOver;

    /** The thread that acquires, hands over, and acquires again. */
    @Actor
    public void acquire() {
        HeldLock lock = Locked.acquire();
        value++;
        handedOver = lock.detach();
        try (HeldLock again = Locked.acquire()) {
            if (again.isHeld()) {
                value++;
            }
        }
    }

    /** The thread that closes. */
    @Actor
    public void close() {
        while (handedOver == null) {
            Thread.onSpinWait();
        }
        try (HeldLock lock = handedOver) {
            if (lock.isHeld()) {
                value++;
            }
        }
    }

    /** Looks when both have ended. */
    @Arbiter
    public void look(I_Result result) {
        result.r1 = value;
    }
}
