package io.github.filelocked.examples.springconfig;

import java.nio.file.Path;
import java.time.Duration;

/** Starts several instances on one file, changes it from all of them at once, and counts what is in it. */
public final class Demo {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String NUMBER = "[1-9]\\d{0,2}";

    private static final String HEADER = "  %9s %9s %9s %9s %9s %9s %9s%n"
            .formatted("instances", "sent", "found", "lost", "reads", "torn", "seconds");

    private Demo() {}

    public static void main(String[] args) {
        if (args.length != 3 || !args[1].matches(NUMBER) || !args[2].matches(NUMBER)) {
            System.err.println("usage: Demo FILE INSTANCES CHANGES, with numbers from 1 to 999");
            System.exit(2);
        }
        try {
            System.exit(run(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2])));
        } catch (Exception failure) {
            System.err.println("spring-config: " + failure);
            System.exit(1);
        }
    }

    private static int run(Path file, int instances, int changes) throws Exception {
        System.out.printf("%,d instances, %,d changes each, one file: %s%n%n", instances, changes, file);
        Run run = Run.of(file, instances, changes, LIMIT);
        System.out.print(HEADER + "  " + "-".repeat(HEADER.strip().length()) + "%n".formatted());
        System.out.printf(
                "  %,9d %,9d %,9d %,9d %,9d %,9d %9.2f%n",
                run.instances(),
                run.sent(),
                run.found(),
                run.lost(),
                run.reads(),
                run.torn(),
                run.took().toNanos() / 1e9);
        return run.lost() == 0 && run.torn() == 0 ? 0 : 1;
    }
}
