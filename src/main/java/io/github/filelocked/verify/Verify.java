package io.github.filelocked.verify;

import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Tells whether locks exclude in a directory of yours: on a network file system, a container's volume, a laptop. It
 * starts a few JVMs that contend for locks there, and prints what it saw and one of three verdicts, within 20 seconds:
 *
 * <pre>{@code
 * java -cp filelocked.jar io.github.filelocked.verify.Verify /some/directory
 * }</pre>
 *
 * <ul>
 *   <li><em>excludes</em>, exit code 0: no update was lost, and no two processes were inside at the same time;
 *   <li><em>does not exclude</em>, exit code 1;
 *   <li><em>cannot tell</em>, exit code 2: the directory is not writable, locks are not supported, something hung.
 * </ul>
 *
 * <p>The exit code is 64 for wrong use. The directory is as before when it ends: all files are in a sub-directory,
 * which is deleted.
 *
 * <p><b>Platform limits.</b> It speaks for the processes of one machine. What the locks of a network file system do
 * between several machines, one machine cannot see.
 */
public final class Verify {

    private static final int WRONG_USE = 64; // EX_USAGE of sysexits(3).

    private static final String USAGE = """
            Usage: java -cp filelocked.jar io.github.filelocked.verify.Verify DIRECTORY

            Starts a few JVMs that contend for locks in DIRECTORY, and tells whether these
            exclude each other. It takes some 10 seconds, 20 at most, and leaves nothing behind.

            Exit code: 0 excludes, 1 does not exclude, 2 cannot tell, 64 wrong use.
            """;

    private Verify() {}

    /**
     * Runs it, and ends the JVM with the verdict's exit code.
     *
     * @param args the directory, or {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(Plan.standard(), System.out, System.err, args));
    }

    static int run(Plan plan, PrintStream out, PrintStream err, String... args) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(USAGE);
            return 0;
        }
        try {
            return new Supervisor(plan, directory(args), out).verdict().exitCode;
        } catch (IllegalArgumentException wrong) {
            err.print("Verify: " + wrong.getMessage() + "\n\n" + USAGE);
            return WRONG_USE;
        }
    }

    private static Path directory(String... args) {
        if (args.length == 0 || args[0].isEmpty()) {
            throw new IllegalArgumentException("name the directory");
        }
        for (String arg : args) {
            if (arg.startsWith("-")) {
                throw new IllegalArgumentException("there is no option " + arg);
            }
        }
        if (args.length > 1) {
            throw new IllegalArgumentException("name one directory, not " + args.length);
        }
        try {
            return Path.of(args[0]).toAbsolutePath();
        } catch (InvalidPathException noPath) {
            throw new IllegalArgumentException("that is no path: " + noPath.getMessage(), noPath);
        }
    }
}
