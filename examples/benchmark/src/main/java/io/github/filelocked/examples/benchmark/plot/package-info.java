/** The results as pictures, drawn by XChart. */
package io.github.filelocked.examples.benchmark.plot;
