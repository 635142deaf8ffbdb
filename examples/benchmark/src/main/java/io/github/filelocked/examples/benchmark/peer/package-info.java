/** The locks that are compared: ours, the raw system calls, and what else people use to exclude other processes. */
package io.github.filelocked.examples.benchmark.peer;
