package io.github.filelocked.boot;

import java.util.function.Consumer;
import org.springframework.context.SmartLifecycle;

/** The work in one phase of a context's stop, undone at its start. */
final class ShutdownStep implements SmartLifecycle {

    private final int phase;
    private final Runnable onStart;
    private final Consumer<Runnable> onStop;
    private volatile boolean running;

    /** The second action is given what it has to run when it is done. */
    ShutdownStep(int phase, Runnable onStart, Consumer<Runnable> onStop) {
        this.phase = phase;
        this.onStart = onStart;
        this.onStop = onStop;
    }

    @Override
    public void start() {
        onStart.run();
        running = true;
    }

    @Override
    public void stop(Runnable done) {
        running = false;
        onStop.accept(done);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
