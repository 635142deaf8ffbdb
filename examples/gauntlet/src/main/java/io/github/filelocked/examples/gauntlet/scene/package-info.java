/** What is played: the traps that users of locks meet, and what comes out of each. */
package io.github.filelocked.examples.gauntlet.scene;
