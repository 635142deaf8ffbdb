package io.github.filelocked.verify;

import io.github.filelocked.lock.FileLockingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run on one directory: all steps in order, in a thread that somebody else watches. */
final class Session implements Runnable {

    private final Plan plan;
    private final Path directory;
    private final Findings findings;
    private final Team team = new Team();
    private volatile @Nullable Scratch scratch;

    Session(Plan plan, Path directory, Findings findings) {
        this.plan = plan;
        this.directory = directory;
        this.findings = findings;
    }

    @Override
    public void run() {
        try {
            tryEverything();
            findings.complete();
        } catch (CannotTell known) {
            findings.doubt(known.why());
        } catch (IOException | FileLockingException failure) {
            findings.doubt("the use of a file failed: " + failure);
        } catch (InterruptedException broken) {
            findings.doubt("the run was interrupted");
        }
    }

    private void tryEverything() throws IOException, CannotTell, InterruptedException {
        findings.begin("the look at the directory");
        if (!Files.isDirectory(directory)) {
            throw new CannotTell("there is no directory " + directory);
        }
        Scratch ours = Scratch.in(directory.toRealPath());
        scratch = ours;
        findings.begin("a first lock");
        findings.row("file system", "%s", FileSystem.describe(ours.file("first"), plan.lockPatience()));

        findings.begin("the start of " + plan.processes() + " JVMs");
        long start = System.nanoTime();
        team.start(plan);
        List<WorkerProcess> workers = team.all();
        findings.row("processes", "%d, started in %.1f s", workers.size(), (System.nanoTime() - start) / 1e9);

        findings.begin("the trial of each kind of lock");
        Semantics semantics = new Semantics(workers, ours.file("semantics"), findings);
        semantics.exclusive();
        semantics.shared();
        findings.begin("the hammering");
        new Hammering(plan, workers, ours.file("counter"), findings).run();
        findings.begin("the release of a killed holder's lock");
        semantics.killedHolder(plan.lockPatience());
    }

    /** Leaves no process and no file behind, whether the run has ended or not. To be called again does no harm. */
    synchronized void close() throws IOException, InterruptedException {
        findings.close();
        team.close(Duration.ofMillis(500));
        Scratch ours = scratch;
        if (ours != null) {
            ours.delete();
            scratch = null;
        }
    }

    /** Returns the directory that the run uses inside the user's, for those who must delete it themselves. */
    @Nullable
    Scratch scratch() {
        return scratch;
    }
}
