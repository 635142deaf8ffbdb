package io.github.filelocked.examples.benchmark.contest;

import io.github.filelocked.examples.benchmark.process.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** JVMs that run one program together, from their start to their end. */
final class Team {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private Team() {}

    /** Starts a JVM for each member's arguments. If one of them fails or hangs, all are ended. */
    static void run(Class<?> program, List<List<String>> argumentsOfEach) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<ChildJvm> members = new ArrayList<>();
        try {
            for (List<String> arguments : argumentsOfEach) {
                members.add(ChildJvm.start(program, arguments));
            }
            for (ChildJvm member : members) {
                member.awaitSuccess(deadline);
            }
        } finally {
            members.forEach(ChildJvm::close);
        }
    }
}
