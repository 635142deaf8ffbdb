/** The scenes: traps that users of locks meet, and the outcome of each. */
package io.github.filelocked.examples.gauntlet.scene;
