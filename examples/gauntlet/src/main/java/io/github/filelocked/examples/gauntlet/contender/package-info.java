/** The contenders of the gauntlet, each used as its own documentation says. */
package io.github.filelocked.examples.gauntlet.contender;
