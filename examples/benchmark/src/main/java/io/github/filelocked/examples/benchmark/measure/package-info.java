/** What every part of the benchmark needs to measure: sizes, turns, and a directory of its own. */
package io.github.filelocked.examples.benchmark.measure;
