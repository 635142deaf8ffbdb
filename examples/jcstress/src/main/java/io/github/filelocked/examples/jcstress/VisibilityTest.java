package io.github.filelocked.examples.jcstress;

import io.github.filelocked.HeldLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two plain fields written under the lock: the next holder sees both writes or neither. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The reader is first.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The writer is first.")
@Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "The reader sees half of it.")
public class VisibilityTest {

    private int first;
    private int second;

    /** The thread that writes. */
    @Actor
    public void write() {
        try (HeldLock lock = Locked.acquire()) {
            if (lock.isHeld()) {
                first = 1;
                second = 1;
            }
        }
    }

    /** The thread that reads. */
    @Actor
    public void read(II_Result result) {
        try (HeldLock lock = Locked.acquire()) {
            if (lock.isHeld()) {
                result.r1 = second;
                result.r2 = first;
            }
        }
    }
}
