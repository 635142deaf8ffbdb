/** The JVMs that play the scenes, and the referee, which knows nothing of locks. */
package io.github.filelocked.examples.gauntlet.actor;
