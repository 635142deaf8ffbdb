/** The tools of every part of the benchmark: sizes, turns, and a directory of its own. */
package io.github.filelocked.examples.benchmark.measure;
