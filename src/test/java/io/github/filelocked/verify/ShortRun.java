package io.github.filelocked.verify;

/** The verifier in a process of its own, in brief, or for as long as it is let. */
final class ShortRun {

    private ShortRun() {}

    public static void main(String[] args) {
        Plan plan = args[0].equals("brief") ? Plans.brief() : Plans.endless();
        System.exit(Verify.run(plan, System.out, System.err, args[1]));
    }
}
