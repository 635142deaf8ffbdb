package io.github.filelocked.examples.batchjob;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Counts with several JVMs in one file: first without a lock, to show what is lost, then with {@code @FileLocked}. */
@Command(
        name = "batch-job",
        sortOptions = false,
        synopsisSubcommandLabel = "", // The one that there is, is for the launcher.
        description = "Counts with several JVMs in one file, without a lock and with @FileLocked.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:nothing was lost under @FileLocked", "1:something was lost, or a run failed", "2:wrong use"})
public final class BatchJob implements Callable<Integer> {

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "8",
            description = "JVMs that count (default: ${DEFAULT-VALUE})")
    private int workers;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "200",
            description = "increments of each (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            defaultValue = "counter.txt",
            description = "where they count; it holds a number, or is made (default: ${DEFAULT-VALUE})")
    private Path file;

    @Option(
            names = "--limit",
            paramLabel = "PT5M",
            defaultValue = "PT5M",
            description = "how long a run may take (default: ${DEFAULT-VALUE})")
    private Duration limit;

    @Option(names = "--help", usageHelp = true, description = "show this")
    private boolean help;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new BatchJob())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("batch-job: " + failure);
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        checkOptions();
        System.out.printf("%,d workers, %,d rounds each, one file: %s%n%n", workers, rounds, file);
        List<Run> runs = List.of(run(Mode.UNLOCKED), run(Mode.LOCKED));
        System.out.println();
        System.out.print(Ansi.AUTO.string(Table.of(runs)));
        long lost = runs.get(1).lost();
        if (lost != 0) {
            System.err.printf("batch-job: %,d updates were lost under @FileLocked%n", lost);
        }
        return lost == 0 ? 0 : 1;
    }

    private Run run(Mode mode) throws Exception {
        return Run.of(mode, file, workers, rounds, limit);
    }

    private void checkOptions() throws IOException {
        if (workers < 1 || rounds < 1) {
            throw wrong("--workers and --rounds must be 1 or more");
        }
        try {
            if (Files.notExists(file)) {
                Counter.write(file, 0);
            }
            Counter.read(file);
        } catch (NumberFormatException e) {
            throw wrong("--file: " + file + " holds something else than a number, and is left alone");
        } catch (IOException e) {
            throw wrong("--file: cannot be used: " + e);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    @Command(name = "worker", hidden = true)
    void worker(@Parameters Mode mode, @Parameters Path countIn, @Parameters int times) throws IOException {
        Worker.work(mode, countIn, times);
    }
}
