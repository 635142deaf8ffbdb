/** The outcomes for people: the table, what was seen, and where. */
package io.github.filelocked.examples.gauntlet.report;
