/** The results for people: tables, targets and plots. */
package io.github.filelocked.examples.benchmark.report;
