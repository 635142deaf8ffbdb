/** What a lock costs when nobody else wants it, measured by JMH. */
package io.github.filelocked.examples.benchmark.cost;
