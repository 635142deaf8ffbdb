/** Tests of the JDK's concurrency stress harness: what threads of one JVM see of each other under a lock. */
package io.github.filelocked.examples.jcstress;
