/** Measures filelocked beside its peers; {@link io.github.filelocked.examples.benchmark.Benchmarks} is the program. */
package io.github.filelocked.examples.benchmark;
