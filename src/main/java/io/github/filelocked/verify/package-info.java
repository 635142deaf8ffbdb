/**
 * Do locks exclude on a file system of yours? Run {@link io.github.filelocked.verify.Verify} on a directory of it.
 *
 * <p>The package uses nothing but the JDK and the engine, so that the jar alone suffices.
 */
@NullMarked
package io.github.filelocked.verify;

import org.jspecify.annotations.NullMarked;
