/** Locks of the kernel on an open file, and what a JVM must know of its own. */
@NullMarked
package io.github.filelocked.sidecar.kernel;

import org.jspecify.annotations.NullMarked;
