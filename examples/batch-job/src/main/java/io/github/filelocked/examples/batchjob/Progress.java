package io.github.filelocked.examples.batchjob;

import java.io.Console;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The progress of a run: a bar on a terminal, a plain line at each quarter elsewhere. Stepped by several threads. */
interface Progress extends AutoCloseable {

    void step();

    @Override
    void close();

    static Progress of(String task, long steps) {
        Console console = System.console();
        return console == null ? lines(task, steps) : bar(task, steps, console);
    }

    private static Progress lines(String task, long steps) {
        AtomicLong done = new AtomicLong();
        return new Progress() {
            @Override
            public void step() {
                long now = done.incrementAndGet();
                if (now * 4 / steps > (now - 1) * 4 / steps) {
                    System.out.printf("%-12s %,d of %,d%n", task, now, steps);
                }
            }

            @Override
            public void close() {}
        };
    }

    private static Progress bar(String task, long steps, Console console) {
        boolean unicode = console.charset().equals(StandardCharsets.UTF_8);
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(String.format("%-12s", task))
                .setInitialMax(steps)
                .setStyle(unicode ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(50)
                .setConsumer(new DelegatingProgressBarConsumer(
                        line -> console.printf("%s", line).flush(), 78))
                .build();
        return new Progress() {
            @Override
            public void step() {
                bar.step();
            }

            @Override
            public void close() {
                bar.close();
                console.printf("%n");
            }
        };
    }
}
