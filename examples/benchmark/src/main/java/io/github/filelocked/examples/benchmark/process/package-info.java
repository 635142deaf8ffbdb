/** Other JVMs, and the memory that they share. */
package io.github.filelocked.examples.benchmark.process;
