/** The gauntlet: ours and other people's locks in the same scenes. */
package io.github.filelocked.examples.gauntlet;
