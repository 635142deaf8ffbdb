/** The costs of locks beside time: memory, descriptors, threads, processors, and a JVM's start. */
package io.github.filelocked.examples.benchmark.footprint;
