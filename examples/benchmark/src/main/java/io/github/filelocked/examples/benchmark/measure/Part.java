package io.github.filelocked.examples.benchmark.measure;

import io.github.filelocked.examples.benchmark.report.Outcome;

/** One part of the benchmark, which can be run for itself. */
@FunctionalInterface
public interface Part {

    Outcome measure(Size size) throws Exception;
}
