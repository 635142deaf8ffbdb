/** Several JVMs that want one lock: how it passes from one to the next, how fast, and how fairly. */
package io.github.filelocked.examples.benchmark.contest;
