/** The cost of a lock that no other thread wants, measured by JMH. */
package io.github.filelocked.examples.benchmark.cost;
